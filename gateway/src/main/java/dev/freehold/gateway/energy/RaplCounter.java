package dev.freehold.gateway.energy;

import dev.freehold.gateway.ledger.Energy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The energy that processors measure themselves: RAPL, as Linux tells it under
/// `/sys/class/powercap`, for Intel's and AMD's.
///
/// Counted are the zones `package-N` and the `dram` beside them. Left out are `core` and `uncore`,
/// which are parts of packages, `psys`, which holds them, and the same packages told again by
/// `intel-rapl-mmio`. Everything that runs on the machine is in it; a GPU is not.
///
/// A zone counts up to its range and begins again at 0, after many minutes under full load; the
/// counter must be read more often than that.
///
/// Source: Linux, Documentation/power/powercap/powercap.rst.
public final class RaplCounter implements EnergyCounter {
  private static final System.Logger LOG = System.getLogger(RaplCounter.class.getName());
  private static final Pattern ZONE = Pattern.compile("intel-rapl:\\d{1,4}(:\\d{1,4})?");
  private static final Pattern COUNTED = Pattern.compile("package-\\d{1,4}(-die-\\d{1,4})?|dram");
  private static final int MOST_BYTES = 64;
  private static final int MOST_ZONES = 1024;

  private final List<Zone> zones;
  private long sum;
  private boolean isBroken;

  /// One zone and what it said last.
  private static final class Zone {
    private final String name;
    private final Path counter;
    private final long range;
    private long last;

    Zone(String name, Path folder) throws IOException {
      this.name = name;
      this.counter = folder.resolve("energy_uj");
      this.range = number(folder.resolve("max_energy_range_uj"));
      if (range == 0) {
        throw new IOException(folder + ": its range is 0");
      }
      this.last = read();
    }

    private long read() throws IOException {
      long value = number(counter);
      if (value > range) {
        throw new IOException("%s: %d is beyond its range %d".formatted(counter, value, range));
      }
      return value;
    }

    /// Microjoules since the last look; one turn is made up for, more cannot be seen.
    long advance() throws IOException {
      long now = read();
      long step = now >= last ? now - last : range - last + now;
      last = now;
      return step;
    }
  }

  private RaplCounter(List<Zone> zones) {
    this.zones = zones;
  }

  /// The counter of this machine.
  ///
  /// @param powercap `/sys/class/powercap`
  /// @param why takes the reason where there is none
  public static Optional<RaplCounter> find(Path powercap, Consumer<String> why) {
    if (!Files.isDirectory(powercap)) {
      why.accept("there is no %s: this machine does not tell what it takes".formatted(powercap));
      return Optional.empty();
    }
    List<Zone> zones = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(powercap)) {
      for (Path entry : entries) {
        if (zones.size() < MOST_ZONES
            && ZONE.matcher(String.valueOf(entry.getFileName())).matches()) {
          String name = text(entry.resolve("name"));
          if (COUNTED.matcher(name).matches()) {
            zones.add(new Zone(name, entry));
          }
        }
      }
    } catch (java.nio.file.AccessDeniedException denied) {
      why.accept(
          "%s may be read by root only; a udev rule or chmod can let this user read it"
              .formatted(denied.getFile()));
      return Optional.empty();
    } catch (IOException failure) {
      why.accept("RAPL cannot be read: " + failure);
      return Optional.empty();
    }
    if (zones.stream().noneMatch(zone -> zone.name.startsWith("package"))) {
      why.accept("%s tells of no processor that measures its energy".formatted(powercap));
      return Optional.empty();
    }
    zones.sort(Comparator.comparing(zone -> zone.counter));
    return Optional.of(new RaplCounter(zones));
  }

  private static String text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.US_ASCII).strip();
    }
  }

  private static long number(Path file) throws IOException {
    String text = text(file);
    if (!text.matches("\\d{1,18}")) {
      throw new IOException("%s: expected a number, found \"%s\"".formatted(file, text));
    }
    return Long.parseLong(text);
  }

  @Override
  public synchronized OptionalLong microjoules() {
    try {
      if (!isBroken) {
        for (Zone zone : zones) {
          sum += zone.advance();
        }
      }
    } catch (IOException failure) {
      isBroken = true;
      LOG.log(
          System.Logger.Level.WARNING, "energy is not measured any more: " + failure.getMessage());
    }
    return isBroken ? OptionalLong.empty() : OptionalLong.of(sum);
  }

  @Override
  public Energy.Source source() {
    return Energy.Source.RAPL;
  }

  @Override
  public String told() {
    return "energy is measured by RAPL ("
        + zones.stream().map(zone -> zone.name).sorted().collect(Collectors.joining(", "))
        + "), the whole machine's while requests are answered, shared evenly among them";
  }
}
