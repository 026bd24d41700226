# Sourced by ./freehold and ./mvnw: sets JAVA_HOME to a JDK 25 or newer, or says how to get one.
# Looks at JAVA_HOME, java on PATH, the system's JVM folders and SDKMAN, in this order.

jdk_feature() { # prints the feature version of the JDK in folder $1, or nothing
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9][0-9]*\).*/\1/p' "$1/release"
}

jdk_is_new_enough() {
  jdk_version=$(jdk_feature "$1")
  [ -n "$jdk_version" ] && [ "$jdk_version" -ge 25 ]
}

find_jdk() {
  if [ -n "${JAVA_HOME:-}" ] && jdk_is_new_enough "$JAVA_HOME"; then
    return 0
  fi
  if jdk_java=$(command -v java 2>/dev/null); then
    while [ -L "$jdk_java" ]; do # follow links without readlink -f, which macOS lacked for long
      jdk_link=$(readlink "$jdk_java")
      case $jdk_link in
        /*) jdk_java=$jdk_link ;;
        *) jdk_java=$(dirname "$jdk_java")/$jdk_link ;;
      esac
    done
    jdk_home=$(CDPATH= cd "$(dirname "$jdk_java")/.." 2>/dev/null && pwd -P)
    if [ -n "$jdk_home" ] && jdk_is_new_enough "$jdk_home"; then
      JAVA_HOME=$jdk_home
      return 0
    fi
  fi
  for jdk_home in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    if jdk_is_new_enough "$jdk_home"; then
      JAVA_HOME=$jdk_home
      return 0
    fi
  done
  cat >&2 <<'MESSAGE'
freehold: a JDK 25 or newer is needed, and none was found in JAVA_HOME, PATH, the system's JVM folders or SDKMAN.
Install one (https://adoptium.net, `sdk install java 25-tem`, `brew install openjdk`) or set JAVA_HOME, then try again.
MESSAGE
  return 1
}
