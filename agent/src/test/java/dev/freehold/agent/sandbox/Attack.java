package dev.freehold.agent.sandbox;

import java.util.ArrayList;
import java.util.List;

/// A try to break out: a script that says `BROKE OUT` where it succeeds, and else why not.
///
/// The scripts find in `$OUT` a folder outside with `secret` and `victim`, in `$PORT` and `$SOCKET`
/// servers outside, in `$ABSTRACT` the name of an abstract socket, and in `$OTHER` a process
/// outside that carries a secret in its environment and its arguments.
///
/// @param family of the list in the test plan, A2 to A10
/// @param proxied whether commands may reach `allowed.example` while it is tried
/// @param gap why Landlock alone does not stop it; empty where it does
record Attack(String family, String name, String script, boolean proxied, String gap) {
  private static final String PRELUDE =
      """
      try() {
        if said=$("$@" 2>&1); then echo "BROKE OUT: $*"; else
          echo "held: $(printf '%s' "$said" | tail -n 1)"; fi
      }
      needs() {
        for program in "$@"; do
          command -v "$program" >/dev/null || { echo "skipped: no $program"; exit 0; }
        done
      }
      call() {
        needs perl
        case $(uname -m) in x86_64) number=$1;; aarch64) number=$2;;
          *) echo "skipped: another processor"; exit 0;; esac
        shift 2
        try perl -e 'my $n = shift; my @a = map { $_ =~ /^-?\\d+$/ ? $_ + 0 : $_ } @ARGV;
          my $r = syscall($n, @a); die "$!\\n" if $r < 0;' "$number" "$@"
      }
      """;

  private static final String COPY_ONLY = "written in the copy, never carried to the folder";

  String wholeScript() {
    return PRELUDE + script;
  }

  static List<Attack> all() {
    List<Attack> all = new ArrayList<>();
    protectedPaths(all);
    filesOutside(all);
    otherPrograms(all);
    machine(all);
    secrets(all);
    network(all);
    proxy(all);
    return all;
  }

  private static void protectedPaths(List<Attack> all) {
    List<String[]> writes =
        List.of(
            new String[] {"a new hook of git", "try sh -c 'echo x > .git/hooks/pre-commit'"},
            new String[] {"git's configuration", "try sh -c 'echo x >> .git/config'"},
            new String[] {
              "git's configuration by renaming", "echo x > new; try mv -f new .git/config"
            },
            new String[] {
              "git's folder replaced", "try sh -c 'mv .git old && mkdir -p .git/hooks'"
            },
            new String[] {
              "git's configuration elsewhere", "try sh -c 'mkdir e; echo ../e > .git/commondir'"
            },
            new String[] {"a second name of git's configuration", "try ln .git/config second"},
            new String[] {".envrc, not there yet", "try sh -c 'echo x > .envrc'"},
            new String[] {
              ".envrc, guard taken away",
              "try sh -c 'mkdir -p .envrc; rmdir .envrc && echo x > .envrc'"
            },
            new String[] {
              ".vscode, not there yet",
              "try sh -c 'mkdir -p .vscode && echo x > .vscode/tasks.json'"
            },
            new String[] {".bashrc, not there yet", "try sh -c 'echo x > .bashrc'"},
            new String[] {
              "our own policy", "try sh -c 'mkdir -p .freehold && echo x > .freehold/policy'"
            });
    writes.forEach(write -> all.add(new Attack("A2", write[0], write[1], false, COPY_ONLY)));
  }

  private static void filesOutside(List<Attack> all) {
    add(all, "A2", "git's configuration by git", "needs git\ntry git config core.pager x");
    add(all, "A3", "read outside", "try cat \"$OUT/secret\"");
    add(all, "A3", "read by symbolic link", "ln -s \"$OUT/secret\" link; try cat link");
    add(all, "A3", "write by symbolic link", "ln -s \"$OUT\" l; try sh -c 'echo x > l/victim'");
    add(all, "A3", "hard link", "try ln \"$OUT/secret\" linked");
    add(all, "A3", "rename out", "echo x > file; try mv file \"$OUT/new\"");
    add(all, "A3", "rename in", "try mv \"$OUT/secret\" taken");
    add(all, "A3", "/proc/self/root", "try cat \"/proc/self/root$OUT/secret\"");
    add(all, "A3", "/proc/1/root", "try cat \"/proc/1/root$OUT/secret\"");
    add(all, "A3", "folder of another process", "try ls \"/proc/$OTHER/cwd\"");
    add(all, "A3", "list outside", "try ls \"$OUT\"");
    add(all, "A3", "truncate", perl("strict", "truncate($ENV{OUT} . \"/victim\", 0)"));
    add(all, "A3", "change rights", "try chmod 777 \"$OUT/victim\"");
    add(all, "A3", "change times", "try touch -d 2001-01-01 \"$OUT/victim\"");
    add(all, "A3", "delete", "try rm \"$OUT/victim\"");
    add(all, "A3", "write the system", "try sh -c 'echo x > /usr/freehold-was-here'");
    add(
        all,
        "A3",
        "settings of the kernel",
        """
        {
          find /proc -maxdepth 1 -type f
          find /proc/sys /proc/fs /proc/driver /proc/irq /proc/bus -type f
        } 2>/dev/null > found
        try sh -c 'while read -r file; do { true >> "$file" && echo "$file"; } 2>/dev/null
          done < found | grep .'
        """);
    add(all, "A3", "bind mount", "mkdir here; call 165 40 / here 0 4096 0");
    add(all, "A3", "new namespaces", "try unshare -r -m true");
    add(all, "A3", "clone a user namespace", "call 56 220 268435473 0 0 0 0");
    add(
        all,
        "A3",
        "swap while writing",
        """
        mkdir inside; ln -sfn inside swapped
        (i=0; while [ $i -lt 100 ]; do ln -sfn "$OUT" swapped; ln -sfn inside swapped;
          i=$((i+1)); done) &
        i=0; while [ $i -lt 100 ]; do { echo x > swapped/victim; } 2>/dev/null; i=$((i+1)); done
        wait; echo "held: 100 tries"
        """);
  }

  private static void otherPrograms(List<Attack> all) {
    String outside = "cat $OUT/secret";
    String shown = " 2>&1 | tail -n 1";
    add(
        all,
        "A5",
        "git's pager and aliases",
        "needs git\ngit -c core.pager=false -c alias.x='!" + outside + "' x" + shown);
    add(all, "A5", "find -exec", "find . -maxdepth 0 -exec " + outside + " ';'" + shown);
    add(
        all,
        "A5",
        "tar's checkpoint",
        "tar cf x.tar --checkpoint=1 --checkpoint-action=exec='" + outside + "' .git" + shown);
    add(
        all,
        "A5",
        "substitution, newline, env",
        "env -i OUT=\"$OUT\" sh -c 'true\necho \"$(" + outside + ")\"'" + " 2>&1 | head -n 1");
    add(
        all,
        "A5",
        "awk's system",
        "needs awk\nawk 'BEGIN { system(\"" + outside + "\") }'" + shown);
  }

  private static void machine(List<Attack> all) {
    add(all, "A9", "ptrace of another", "call 101 117 16 \"$OTHER\" 0 0");
    add(all, "A9", "ptrace at all", "call 101 117 0 0 0 0");
    add(all, "A9", "memory of another", "call 310 270 \"$OTHER\" 0 0 0 0 0");
    add(all, "A9", "signal to another", "try kill -0 \"$OTHER\"");
    add(all, "A9", "io_uring", perl("strict", "my $p = \"\\0\" x 120; syscall(425, 1, $p) >= 0"));
    add(all, "A9", "userfaultfd", "call 323 282 1");
    add(all, "A9", "bpf", "call 321 280 0 0 0");
    add(
        all,
        "A9",
        "Unix socket outside",
        perl("IO::Socket::UNIX", "IO::Socket::UNIX->new(Peer => $ENV{SOCKET})"));
    add(
        all,
        "A9",
        "abstract socket outside",
        perl(
            "Socket", "socket(S, 1, 1, 0) && connect(S, pack_sockaddr_un(\"\\0$ENV{ABSTRACT}\"))"));
    add(all, "A9", "vsock", perl("Socket", "socket(S, 40, 1, 0)"));
    add(all, "A9", "packet socket", perl("Socket", "socket(S, 17, 3, 0)"));
    add(all, "A9", "device", "try mknod disk b 8 0");
    add(all, "A9", "terminal", "try sh -c 'echo x > /dev/tty'");
  }

  private static void secrets(List<Attack> all) {
    add(
        all,
        "A10",
        "environments of processes",
        "try sh -c 'cat /proc/[0-9]*/environ | grep -a FREEHOLD_SECRET'");
    add(
        all,
        "A10",
        "arguments of processes",
        "try sh -c 'cat /proc/[0-9]*/cmdline | grep -az \"^x[F]REEHOLD\"'");
    add(all, "A10", "keys of the person", "try ls -A \"$OUT/.ssh\"");
    add(all, "A10", "home folders", "try sh -c 'ls -A /root /home | grep .'");
    add(all, "A10", "passwords of the system", "try cat /etc/shadow");
    add(all, "A10", "keyring", "call 250 219 0 -4 0 0 0");
    add(
        all,
        "A10",
        "cloud metadata",
        perl(
            "IO::Socket::INET",
            "IO::Socket::INET->new(PeerAddr => \"169.254.169.254:80\", Timeout => 3)"));
  }

  private static void network(List<Attack> all) {
    add(
        all,
        "A4",
        "TCP to this machine",
        perl(
            "IO::Socket::INET",
            "IO::Socket::INET->new(PeerAddr => \"127.0.0.1:$ENV{PORT}\", Timeout => 3)"));
    add(
        all,
        "A4",
        "TCP elsewhere",
        perl(
            "IO::Socket::INET",
            "IO::Socket::INET->new(PeerAddr => \"1.1.1.1:443\", Timeout => 3)"));
    add(
        all,
        "A4",
        "UDP, as DNS tunnels use it",
        perl(
            "Socket",
            "socket(S, 2, 2, 0)"
                + " && send(S, \"x\", 0, pack_sockaddr_in(53, inet_aton(\"8.8.8.8\")))"));
    add(all, "A4", "names", "needs getent\ntry getent hosts example.com");
  }

  /// Through the proxy, where only `allowed.example` may be reached.
  private static void proxy(List<Attack> all) {
    List<String[]> hosts =
        List.of(
            new String[] {"another host", "evil.example"},
            new String[] {"a zero byte", "evil.example\\0.allowed.example"},
            new String[] {"a dot at the end", "allowed.example."},
            new String[] {"an address", "1.1.1.1"},
            new String[] {"an address in other notation", "0x7f.1"},
            new String[] {"punycode of a likeness", "xn--llowed-0wa.example"},
            new String[] {"upper case of another", "EVIL.example"},
            new String[] {"user and host", "allowed.example\\@evil.example"},
            new String[] {"cloud metadata", "169.254.169.254"});
    StringBuilder script = new StringBuilder("needs perl\n");
    for (String[] host : hosts) {
      script
          .append("# ")
          .append(host[0])
          .append("\ntry perl -MIO::Socket::INET -e 'my $s = IO::Socket::INET->new(PeerAddr =>")
          .append(" \"127.0.0.1:3128\") or die \"$!\\n\"; print $s \"CONNECT ")
          .append(host[1])
          .append(":443 HTTP/1.1\\r\\n\\r\\n\"; $s->flush; my $a = <$s>;")
          .append(" exit 0 if $a !~ / 40[03] /; $a =~ s/\\s+$//; die \"answered $a\\n\"'\n");
    }
    String names = String.join(", ", hosts.stream().map(host -> host[0]).toList());
    all.add(new Attack("A4", "by the proxy to " + names, script.toString(), true, ""));
  }

  /// A line of Perl that breaks out where it gives something true.
  private static String perl(String module, String line) {
    return "needs perl\ntry perl -M" + module + " -e '" + line + " or die \"$!\\n\"'";
  }

  private static void add(List<Attack> all, String family, String name, String script) {
    all.add(new Attack(family, name, script, false, ""));
  }
}
