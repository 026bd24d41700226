package dev.freehold.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.spi.InetAddressResolverProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// X01: lookups that time out, names with IPv6 addresses only.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class DnsFaultsTest {
  @Test
  void lookupsThatTakeLongAndAddressesOfIPv6Only(@TempDir Path folder) throws Exception {
    Path services = Files.createDirectories(folder.resolve("META-INF/services"));
    Files.writeString(
        services.resolve(InetAddressResolverProvider.class.getName()),
        PlannedNames.class.getName());
    String path =
        String.join(
            File.pathSeparator,
            folder.toString(),
            Path.of("target/test-classes").toAbsolutePath().toString(),
            System.getProperty("java.class.path"),
            System.getProperty("jdk.module.path", ""));
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-cp",
                    path,
                    DnsFaults.class.getName()))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    int status = process.waitFor();
    String text = Files.readString(said);
    System.out.println(text);
    assertThat(status).as(text).isZero();
    assertThat(text).endsWith("all right\n");
  }
}
