package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Encodings against those that a disassembler read back: `encodings.txt` has the bytes and the
/// instruction of each sample, and where `objdump` is installed it reads them again.
class AssemblerTest {
  /// An instruction as a disassembler writes it, and how it is asked for.
  private record Sample(String text, Consumer<Assembler> write) {
    String line() {
      Assembler assembler = new Assembler();
      write.accept(assembler);
      return HexFormat.of().formatHex(assembler.toArray()) + " " + text;
    }
  }

  private interface Two {
    void write(Assembler a, Vec to, Operand from);
  }

  private interface Three {
    void write(Assembler a, Vec to, Vec x, Operand y);
  }

  private interface Shift {
    void write(Assembler a, Vec to, Vec from, int count);
  }

  private final List<Sample> samples = new ArrayList<>();

  private void add(String text, Consumer<Assembler> write) {
    samples.add(new Sample(text, write));
  }

  private static final List<Mem> PLACES =
      List.of(
          Mem.at(RAX),
          Mem.at(RSP),
          Mem.at(RBP),
          Mem.at(R12),
          Mem.at(R13, -8),
          Mem.at(RDI, 64),
          Mem.at(R9, 0x1040),
          Mem.at(RSI, R10, 2),
          Mem.at(RBP, R14, 1),
          new Mem(R13, RAX, 8, 0x100),
          new Mem(R8, R15, 4, -0x2000));

  /// Those that differ in how a displacement is written.
  private static final List<Mem> FEW = List.of(PLACES.get(4), PLACES.get(7), PLACES.get(9));

  private static String place(Mem mem) {
    // A disassembler writes a base without displacement as it is encoded, with a zero.
    String text = mem.toString();
    boolean zero = mem.displacement() == 0 && (mem.base() == RBP || mem.base() == R13);
    return zero ? text.replace("]", "+0x0]") : text;
  }

  private static String sized(int bytes, Mem mem) {
    String size =
        switch (bytes) {
          case 4 -> "DWORD";
          case 8 -> "QWORD";
          case 16 -> "XMMWORD";
          case 32 -> "YMMWORD";
          default -> "ZMMWORD";
        };
    return size + " PTR " + place(mem);
  }

  private void general() {
    for (Mem m : PLACES) {
      add("mov    rdx," + sized(8, m), a -> a.mov(RDX, m));
      add("mov    " + sized(8, m) + ",r11", a -> a.mov(m, R11));
      add("mov    " + sized(4, m) + ",ecx", a -> a.movd(m, RCX));
      add("lea    r9," + place(m), a -> a.lea(R9, m));
      add("add    rsi," + sized(8, m), a -> a.add(RSI, m));
      add("cmp    r15," + sized(8, m), a -> a.cmp(R15, m));
      add("prefetchnta BYTE PTR " + place(m), a -> a.prefetchnta(m));
      add("prefetcht0 BYTE PTR " + place(m), a -> a.prefetcht0(m));
      add("prefetcht1 BYTE PTR " + place(m), a -> a.prefetcht1(m));
    }
    add("mov    r12,rax", a -> a.mov(R12, RAX));
    add("mov    rax,0xffffffffffffff80", a -> a.mov(RAX, -128));
    add("movabs r10,0x123456789abcdef", a -> a.mov(R10, 0x123456789abcdefL));
    add("add    rbx,r8", a -> a.add(RBX, R8));
    add("or     rbx,r8", a -> a.or(RBX, R8));
    add("and    rbx,r8", a -> a.and(RBX, R8));
    add("sub    rbx,r8", a -> a.sub(RBX, R8));
    add("xor    r9,r9", a -> a.xor(R9, R9));
    add("cmp    rbx,r8", a -> a.cmp(RBX, R8));
    add("add    rdi,0x200", a -> a.add(RDI, 0x200));
    add("or     r9,0x7", a -> a.or(R9, 7));
    add("and    r9,0xffffffffffffffc0", a -> a.and(R9, -64));
    add("sub    rax,0x1", a -> a.sub(RAX, 1));
    add("xor    rax,0x80", a -> a.xor(RAX, 128));
    add("cmp    r13,0x0", a -> a.cmp(R13, 0));
    add("imul   r8,rdx", a -> a.imul(R8, RDX));
    add("shl    r11,0x5", a -> a.shl(R11, 5));
    add("shr    rcx,0x1b", a -> a.shr(RCX, 27));
    add("push   rbp", a -> a.push(RBP));
    add("push   r14", a -> a.push(R14));
    add("pop    rdi", a -> a.pop(RDI));
    add("pop    r8", a -> a.pop(R8));
    add("call   rax", a -> a.call(RAX));
    add("call   r11", a -> a.call(R11));
    add("ret", Assembler::ret);
    add("cpuid", Assembler::cpuid);
    add("xgetbv", Assembler::xgetbv);
    add("vzeroupper", Assembler::vzeroupper);
    for (Condition condition : Condition.values()) {
      String name =
          switch (condition) {
            case BELOW -> "jb";
            case ABOVE_OR_EQUAL -> "jae";
            case EQUAL -> "je";
            case NOT_EQUAL -> "jne";
            case LESS -> "jl";
            case GREATER_OR_EQUAL -> "jge";
            case GREATER -> "jg";
          };
      add(String.format(Locale.ROOT, "%-6s 0x0", name), a -> jumpBack(a, condition));
    }
  }

  private static void jumpBack(Assembler a, Condition condition) {
    Label here = new Label();
    a.bind(here);
    a.j(condition, here);
  }

  private static final List<List<Vec>> REGISTERS =
      List.of(
          List.of(Vec.zmm(0), Vec.zmm(31), Vec.zmm(9)),
          List.of(Vec.zmm(17), Vec.zmm(8), Vec.zmm(24)),
          List.of(Vec.ymm(1), Vec.ymm(2), Vec.ymm(3)),
          List.of(Vec.ymm(9), Vec.ymm(10), Vec.ymm(11)),
          List.of(Vec.xmm(15), Vec.xmm(0), Vec.xmm(8)));

  private void three(String name, boolean vex, boolean evex, boolean every, Three write) {
    for (List<Vec> r : REGISTERS) {
      if (r.get(0).bits() == 512 ? !evex : !vex) {
        continue;
      }
      String start = "%-6s %s,%s,".formatted(name, r.get(0), r.get(1));
      add(start + r.get(2), a -> write.write(a, r.get(0), r.get(1), r.get(2)));
      for (Mem m : FEW) {
        add(start + sized(r.get(0).bytes(), m), a -> write.write(a, r.get(0), r.get(1), m));
        if (every && r.get(0).bits() == 512) {
          add(
              start + "DWORD BCST " + place(m),
              a -> write.write(a, r.get(0), r.get(1), m.broadcast()));
        }
      }
    }
  }

  /// @param part how much of a vector the second operand holds: 1, 2 or 4 for all, half or a
  ///   quarter, 0 for one number
  private void two(String name, int part, boolean registers, Two write) {
    for (List<Vec> r : REGISTERS) {
      Vec to = r.get(0);
      String start = "%-6s %s,".formatted(name, to);
      if (registers) {
        int bits = part == 0 ? 128 : Math.max(128, to.bits() / part);
        Vec from = new Vec(r.get(1).number(), bits);
        add(start + from, a -> write.write(a, to, from));
      }
      for (Mem m : part == 1 ? PLACES : FEW) {
        int bytes = part == 0 ? 4 : to.bytes() / part;
        add(start + sized(bytes, m), a -> write.write(a, to, m));
      }
    }
  }

  private void shift(String name, Shift write) {
    for (List<Vec> r : REGISTERS) {
      add(
          "%-6s %s,%s,0x7".formatted(name, r.get(0), r.get(1)),
          a -> write.write(a, r.get(0), r.get(1), 7));
    }
  }

  private void vectors() {
    two("vmovups", 1, true, Assembler::vmovups);
    for (List<Vec> r : REGISTERS) {
      for (Mem m : PLACES) {
        add("vmovups " + sized(r.get(0).bytes(), m) + "," + r.get(0), a -> a.vmovups(m, r.get(0)));
      }
    }
    three("vaddps", true, true, true, Assembler::vaddps);
    three("vsubps", true, true, true, Assembler::vsubps);
    three("vmulps", true, true, true, Assembler::vmulps);
    three("vdivps", true, true, true, Assembler::vdivps);
    three("vscalefps", false, true, true, Assembler::vscalefps);
    two("vsqrtps", 1, true, Assembler::vsqrtps);
    three("vminps", true, true, true, Assembler::vminps);
    three("vmaxps", true, true, true, Assembler::vmaxps);
    three("vfmadd231ps", true, true, true, Assembler::vfmadd231ps);
    three("vfmadd213ps", true, true, true, Assembler::vfmadd213ps);
    three("vfmsub231ps", true, true, true, Assembler::vfmsub231ps);
    three("vfmaddsub213ps", true, true, true, Assembler::vfmaddsub213ps);
    three("vfnmadd231ps", true, true, true, Assembler::vfnmadd231ps);
    three("vpaddd", true, true, true, Assembler::vpaddd);
    three("vpaddq", true, true, false, Assembler::vpaddq);
    three("vpsubd", true, true, true, Assembler::vpsubd);
    three("vpmulld", true, true, true, Assembler::vpmulld);
    three("vpandd", false, true, true, Assembler::vpandd);
    three("vpord", false, true, true, Assembler::vpord);
    three("vpxord", false, true, true, Assembler::vpxord);
    three("vpand", true, false, false, Assembler::vpand);
    three("vpor", true, false, false, Assembler::vpor);
    three("vpxor", true, false, false, Assembler::vpxor);
    three("vpdpbusd", true, true, true, Assembler::vpdpbusd);
    three("vpmaddubsw", true, true, false, Assembler::vpmaddubsw);
    three("vpmaddwd", true, true, false, Assembler::vpmaddwd);
    three("vpmaxsd", true, true, true, Assembler::vpmaxsd);
    three("vpshufb", true, true, false, Assembler::vpshufb);
    three("vpermd", false, true, true, Assembler::vpermd);
    three("vpackssdw", true, true, true, Assembler::vpackssdw);
    three("vpackuswb", true, true, false, Assembler::vpackuswb);
    three("vpunpckldq", true, true, true, Assembler::vpunpckldq);
    three("vpunpckhdq", true, true, true, Assembler::vpunpckhdq);
    three("vpunpcklqdq", true, true, false, Assembler::vpunpcklqdq);
    three("vpunpckhqdq", true, true, false, Assembler::vpunpckhqdq);
    inserts();
    three("vpaddw", true, true, false, Assembler::vpaddw);
    three("vpsignb", true, false, false, Assembler::vpsignb);
    two("vpabsb", 1, true, Assembler::vpabsb);
    two("vcvtdq2ps", 1, true, Assembler::vcvtdq2ps);
    two("vcvtps2dq", 1, true, Assembler::vcvtps2dq);
    two("vcvtph2ps", 2, true, Assembler::vcvtph2ps);
    two("vbroadcastss", 0, true, Assembler::vbroadcastss);
    two("vpbroadcastd", 0, true, Assembler::vpbroadcastd);
    two("vpmovzxbd", 4, true, Assembler::vpmovzxbd);
    two("vpmovzxwd", 2, true, Assembler::vpmovzxwd);
    two("vpmovsxbd", 4, false, (a, to, from) -> a.vpmovsxbd(to, (Mem) from));
    moves();
    shift("vpsrld", Assembler::vpsrld);
    shift("vpslld", Assembler::vpslld);
    shift("vpsrad", Assembler::vpsrad);
    shift("vpsrlw", Assembler::vpsrlw);
  }

  /// Those of one number, and those that choose among lanes or bits.
  private void moves() {
    for (Mem m : FEW) {
      add("vpbroadcastw ymm17,WORD PTR " + place(m), a -> a.vpbroadcastw(Vec.ymm(17), m));
      add("vpbroadcastw ymm3,WORD PTR " + place(m), a -> a.vpbroadcastw(Vec.ymm(3), m));
      add("vmovss " + sized(4, m) + ",xmm9", a -> a.vmovss(m, Vec.xmm(9)));
      add("vmovss " + sized(4, m) + ",xmm30", a -> a.vmovss(m, Vec.xmm(30)));
    }
    for (List<Vec> r : REGISTERS) {
      String three = "%s,%s,%s,0xb1".formatted(r.get(0), r.get(1), r.get(2));
      add("vshufps " + three, a -> a.vshufps(r.get(0), r.get(1), r.get(2), 0xb1));
      if (r.get(0).bits() == 512) {
        add("vshuff32x4 " + three, a -> a.vshuff32x4(r.get(0), r.get(1), r.get(2), 0xb1));
      }
    }
    for (List<Vec> r : REGISTERS) {
      String three = "%s,%s,%s,0xf8".formatted(r.get(0), r.get(1), r.get(2));
      if (r.get(0).bits() == 512) {
        add(
            "vpternlogd " + three,
            a -> a.vpternlogd(r.get(0), r.get(1), r.get(2), Assembler.OR_AND));
      }
    }
    add("vpbroadcastd zmm26,eax", a -> a.vpbroadcastd(Vec.zmm(26), RAX));
    add("vpbroadcastd zmm3,r9d", a -> a.vpbroadcastd(Vec.zmm(3), R9));
    add("vmovd  xmm2,eax", a -> a.vmovd(Vec.xmm(2), RAX));
    add("vmovd  xmm14,r9d", a -> a.vmovd(Vec.xmm(14), R9));
  }

  /// Instructions that move parts of vectors, with a place or an order at the end.
  private void inserts() {
    Vec to = Vec.zmm(17);
    Vec x = Vec.zmm(8);
    add("vshufi32x4 zmm17,zmm8,zmm24,0x88", a -> a.vshufi32x4(to, x, Vec.zmm(24), 0x88));
    add("vinserti32x4 zmm17,zmm8,xmm3,0x2", a -> a.vinserti32x4(to, x, Vec.xmm(3), 2));
    add("vinserti64x4 zmm17,zmm8,ymm30,0x1", a -> a.vinserti64x4(to, x, Vec.ymm(30), 1));
    for (Mem m : PLACES) {
      add("vshufi32x4 zmm17,zmm8," + sized(64, m) + ",0xdd", a -> a.vshufi32x4(to, x, m, 0xdd));
      add("vbroadcasti32x4 zmm17," + sized(16, m), a -> a.vbroadcasti32x4(to, m));
      add("vinserti32x4 zmm17,zmm8," + sized(16, m) + ",0x3", a -> a.vinserti32x4(to, x, m, 3));
      add("vinserti64x4 zmm17,zmm8," + sized(32, m) + ",0x1", a -> a.vinserti64x4(to, x, m, 1));
      add(
          "vpinsrb xmm9,xmm1,BYTE PTR " + place(m) + ",0xf",
          a -> a.vpinsrb(Vec.xmm(9), Vec.xmm(1), m, 15));
      add(
          "vpinsrw xmm2,xmm12,WORD PTR " + place(m) + ",0x7",
          a -> a.vpinsrw(Vec.xmm(2), Vec.xmm(12), m, 7));
    }
  }

  private void masked() {
    Mask k = new Mask(5);
    for (List<Vec> r : REGISTERS) {
      Vec v = r.get(0);
      for (Mem m : FEW) {
        String place = sized(v.bytes(), m);
        add("vmovups %s{k5}{z},%s".formatted(v, place), a -> a.vmovups(v, k, m));
        add("vmovups %s{k5},%s".formatted(place, v), a -> a.vmovups(m, k, v));
      }
    }
    for (List<Vec> r : REGISTERS) {
      add(
          "vmulps %s{k5},%s,%s".formatted(r.get(0), r.get(1), r.get(2)),
          a -> a.vmulps(r.get(0), k, r.get(1), r.get(2)));
      add(
          "vscalefps %s{k5},%s,%s".formatted(r.get(0), r.get(1), r.get(2)),
          a -> a.vscalefps(r.get(0), k, r.get(1), r.get(2)));
      add("vpmovd2m k5," + r.get(0), a -> a.vpmovd2m(k, r.get(0)));
    }
    add("kmovw  k1,eax", a -> a.kmovw(new Mask(1), RAX));
    add("kmovw  k7,r9d", a -> a.kmovw(new Mask(7), R9));
  }

  private void shuffles() {
    three("vunpcklps", true, true, true, Assembler::vunpcklps);
    three("vunpckhps", true, true, true, Assembler::vunpckhps);
    three("vunpcklpd", true, true, false, Assembler::vunpcklpd);
    three("vunpckhpd", true, true, false, Assembler::vunpckhpd);
    for (List<Vec> r : REGISTERS) {
      if (r.get(0).bits() == 512) {
        String start = "vshuff32x4 %s,%s,".formatted(r.get(0), r.get(1));
        add(start + r.get(2) + ",0x88", a -> a.vshuff32x4(r.get(0), r.get(1), r.get(2), 0x88));
        for (Mem m : FEW) {
          add(start + sized(64, m) + ",0xdd", a -> a.vshuff32x4(r.get(0), r.get(1), m, 0xdd));
        }
      }
    }
  }

  private List<String> lines() {
    general();
    vectors();
    masked();
    shuffles();
    return samples.stream().map(Sample::line).toList();
  }

  @Test
  void encodingsAreThoseThatTheDisassemblerRead() throws IOException {
    try (InputStream in = AssemblerTest.class.getResourceAsStream("encodings.txt")) {
      assertThat(in).isNotNull();
      String golden = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(lines()).containsExactlyElementsOf(golden.lines().toList());
    }
  }

  @Test
  void theDisassemblerReadsThem(@TempDir Path folder) throws IOException, InterruptedException {
    Path objdump = Path.of("/usr/bin/objdump");
    Assumptions.assumeTrue(Files.isExecutable(objdump), "objdump is not installed");
    List<String> wrong = new ArrayList<>();
    List<String> expected = lines();
    Path file = folder.resolve("code");
    // One at a time would take minutes; a jump's target depends on where it stands.
    StringBuilder read = new StringBuilder();
    try (var out = Files.newOutputStream(file)) {
      for (String line : expected) {
        out.write(HexFormat.of().parseHex(line.substring(0, line.indexOf(' '))));
      }
    }
    Process process =
        new ProcessBuilder(
                objdump.toString(),
                "-D",
                "-b",
                "binary",
                "-m",
                "i386:x86-64",
                "-M",
                "intel",
                "--insn-width=16",
                file.toString())
            .redirectErrorStream(true)
            .start();
    try (InputStream in = process.getInputStream()) {
      read.append(new String(in.readAllBytes(), StandardCharsets.US_ASCII));
    }
    process.waitFor();
    List<String> found =
        read.toString()
            .lines()
            .filter(line -> line.matches("\\s+[0-9a-f]+:\\t.*"))
            .map(AssemblerTest::normal)
            .toList();
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      String text = normal("\t\t" + expected.get(i).substring(expected.get(i).indexOf(' ') + 1));
      if (!text.equals(found.get(i))) {
        wrong.add(expected.get(i) + " is read as " + found.get(i));
      }
    }
    assertThat(wrong).isEmpty();
  }

  /// The instruction of a line, blanks and the targets of jumps left out.
  private static String normal(String line) {
    String text = line.substring(line.lastIndexOf('\t') + 1).strip();
    String plain = text.replace("{vex} ", "").replaceAll("\\s+", " ");
    return plain.startsWith("j") ? plain.substring(0, plain.indexOf(' ')) : plain;
  }

  @Test
  void whatNoFormTakesIsRefused() {
    Assembler a = new Assembler();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.vpand(Vec.zmm(0), Vec.zmm(1), Vec.zmm(2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.vpxor(Vec.ymm(16), Vec.ymm(1), Vec.ymm(2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.vaddps(Vec.zmm(0), Vec.ymm(1), Vec.zmm(2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.vaddps(Vec.zmm(0), Vec.zmm(1), Vec.ymm(2)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> a.vpmaddwd(Vec.zmm(0), Vec.zmm(1), Mem.at(RAX).broadcast()));
    assertThatIllegalArgumentException().isThrownBy(() -> a.vmovd(Vec.ymm(0), RAX));
    assertThatIllegalArgumentException().isThrownBy(() -> Vec.zmm(32));
    assertThatIllegalArgumentException().isThrownBy(() -> new Mask(0));
    assertThatIllegalArgumentException().isThrownBy(() -> Mem.at(RAX, RSP, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> Mem.at(RAX, RBX, 3));
  }

  @Test
  void labelsAreBoundOnce() {
    Assembler a = new Assembler();
    Label label = new Label();
    a.jmp(label);
    assertThatIllegalStateException().isThrownBy(a::toArray);
    a.bind(label);
    assertThat(a.toArray()).containsExactly(0xe9, 0, 0, 0, 0);
    assertThatIllegalStateException().isThrownBy(() -> a.bind(label));
  }

  /// Writes the golden file: `AssemblerTest FILE`.
  public static void main(String... names) throws IOException {
    Files.write(Path.of(names[0]), new AssemblerTest().lines());
  }
}
