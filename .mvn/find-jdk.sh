# Sourced by ./freehold and ./mvnw: sets JAVA_HOME to a JDK 25 or newer, or says how to get one.
# Looks at JAVA_HOME, java on PATH, the system's JVM folders and SDKMAN, in this order. Starts no
# process where JAVA_HOME serves, so that ./freehold starts fast. Where jdk_may_lack_compiler is set,
# a runtime that jlink made will do.

jdk_is_new_enough() { # whether folder $1 holds a JDK 25 or newer; sets jdk_build to its version
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
  [ -x "$1/bin/javac" ] || [ -n "${jdk_may_lack_compiler:-}" ] || return 1
  jdk_version= jdk_build=
  while IFS= read -r jdk_line || [ -n "$jdk_line" ]; do
    jdk_value=${jdk_line#*=} jdk_value=${jdk_value#\"} jdk_value=${jdk_value%\"*}
    case $jdk_line in
      JAVA_VERSION=*) jdk_version=${jdk_value%%[!0-9]*} jdk_build=${jdk_build:-$jdk_value} ;;
      JAVA_RUNTIME_VERSION=*) jdk_build=$jdk_value ;;
      MODULES=*) jdk_modules=$jdk_value ;;
    esac
  done <"$1/release"
  [ -n "$jdk_version" ] && [ "$jdk_version" -ge 25 ]
}

find_jdk() {
  jdk_modules=
  if [ -n "${JAVA_HOME:-}" ] && jdk_is_new_enough "$JAVA_HOME"; then
    return 0
  fi
  if jdk_java=$(command -v java 2>/dev/null); then
    while [ -L "$jdk_java" ]; do # follow links without readlink -f, which macOS lacked for long
      jdk_link=$(readlink "$jdk_java")
      case $jdk_link in
        /*) jdk_java=$jdk_link ;;
        *) jdk_java=${jdk_java%/*}/$jdk_link ;;
      esac
    done
    jdk_home=$(CDPATH= cd "${jdk_java%/*}/.." 2>/dev/null && pwd -P)
    if [ -n "$jdk_home" ] && jdk_is_new_enough "$jdk_home"; then
      JAVA_HOME=$jdk_home
      return 0
    fi
  fi
  jdk_root=${FREEHOLD_SYSTEM_ROOT:-} # another root for the system's folders, as tests set it
  for jdk_home in "$jdk_root"/usr/lib/jvm/* "$jdk_root"/usr/java/* \
    "$jdk_root"/opt/java/* "$jdk_root"/opt/jdk* \
    "$jdk_root"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$jdk_root"/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "$jdk_root"/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${SDKMAN_DIR:-${HOME:-}/.sdkman}"/candidates/java/* "${HOME:-}"/.jdks/*; do
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
