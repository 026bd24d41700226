package dev.freehold.cli.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Shell scripts that stand for a `llama-bench`, made in a folder of a test.
public final class FakePeer {
  /// Arguments in variables named by their letters: `$p`, `$n`, `$d`, `$r`, `$t`; `$gp` as it is.
  private static final String ARGUMENTS =
      """
      p=512 n=128 d=0 r=5 t=0 gp= m= ctk= npp= ntg= npl= extra=
      while [ $# -gt 0 ]; do
        case "$1" in
          -p) p=$2;; -n) n=$2;; -d) d=$2;; -r) r=$2;; -t) t=$2;; -gp) gp=$2;; -m) m=$2;;
          -ctk) ctk=$2;; -npp) npp=$2;; -ntg) ntg=$2;; -npl) npl=$2;; -rtr) extra=$2;;
          -o|-ctv|-c) ;;
          *) echo "error: invalid parameter for argument: $1" >&2; exit 1;;
        esac
        shift 2
      done
      """;

  private FakePeer() {}

  /// With the options and the JSON of llama.cpp: 1000 tokens per second for a prompt, 10 for
  /// others.
  public static Path llamaCpp(Path folder) throws IOException {
    return script(
        folder,
        "llama-bench",
        help("-d, --n-depth <n>")
            + ARGUMENTS
            + """
            [ $n = 0 ] && speed=1000 || speed=10
            cat <<END
            [
              {
                "build_commit": "c0ffee1",
                "cpu_info": "a processor",
                "model_filename": "$m",
                "n_threads": $t,
                "type_k": "$ctk",
                "n_prompt": $p,
                "n_gen": $n,
                "n_depth": $d,
                "test_time": "2026-01-02T03:04:05Z",
                "avg_ts": 12345.0,
                "samples_ns": [ 1, 2, 3 ],
                "samples_ts": [ 1, $speed, 100000 ]
              }
            ]
            END
            """);
  }

  /// With those of ik_llama.cpp, which says things of its own around the JSON and has fewer
  /// samples.
  public static Path ik(Path folder) throws IOException {
    return script(
        folder,
        "llama-bench",
        help("-gp <pp,tg>")
            + ARGUMENTS
            + """
            [ "$extra" = 1 ] || { echo "not repacked" >&2; exit 1; }
            [ -n "$gp" ] && p=${gp%,*} n=${gp#*,}
            echo "======== Repacked 113 tensors"
            cat <<END
            [
              {
                "build_commit": "badcafe2",
                "n_prompt": $p,
                "n_gen": $n,
                "avg_ts": 20.5,
                "test": "tg$n@pp$p"
              }
            ]
            END
            echo "llama_print_timings: none"
            """);
  }

  /// The sibling that measures several sequences: 70 tokens per second of all.
  public static void addBatched(Path folder) throws IOException {
    script(
        folder,
        "llama-batched-bench",
        ARGUMENTS
            + """
            echo "main: n_kv_max = 4096" >&2
            echo "| PP | TG |  B | N_KV | T_PP s | S_PP t/s | T_TG s | S_TG t/s | T s | S t/s |" >&2
            IFS=,
            for b in $npl; do
              printf '|%6d | %6d | %4d | %6d | 0.500 | 300.0 | 1.0 | 70.00 | 1.500 | 90.0 |\\n' \\
                $npp $ntg $b 300 >&2
            done
            """);
  }

  /// One that answers `--help` as llama.cpp's and then does this.
  public static Path doing(Path folder, String commands) throws IOException {
    return script(folder, "llama-bench", help("-d, --n-depth <n>") + commands);
  }

  private static String help(String option) {
    return """
    if [ "$1" = --help ]; then
      echo "usage: llama-bench [options]"
      echo "  -n, --n-gen <n>    (default: 128)"
      echo "  %s"
      exit 0
    fi
    """
        .formatted(option);
  }

  static Path script(Path folder, String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return file;
  }
}
