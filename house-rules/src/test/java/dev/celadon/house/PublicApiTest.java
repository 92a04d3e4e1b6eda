package dev.celadon.house;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jetbrains.kotlin.abi.tools.AbiFilters;
import org.jetbrains.kotlin.abi.tools.AbiTools;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each published module's public API lies beside it as text. A signature that moves, moves there in
 * the same commit, where a reviewer sees it.
 */
class PublicApiTest {

  private static final boolean UPDATE = Boolean.getBoolean("api.update");

  @ParameterizedTest
  @EnumSource
  void isTheCommittedOne(PublishedModule module, @TempDir Path temp) throws IOException {
    String api = dump(module);
    Path committed = module.apiFile();
    if (UPDATE) {
      write(committed, api);
    } else if (!api.equals(read(committed))) {
      Path before = Files.writeString(temp.resolve("before"), read(committed));
      Path now = Files.writeString(temp.resolve("now"), api);
      fail(
          """
          The public API of %s is not what %s says.
          If the change is meant, run `mvn -Papi-update test` and commit that file with it.

          %s\
          """
              .formatted(module, module.apiFileName(), diff(before, now)));
    }
  }

  private static String dump(PublishedModule module) {
    StringBuilder dump = new StringBuilder();
    tools().printJvmDump(dump, module.classFiles(), AbiFilters.Companion.getEMPTY());
    return dump.toString();
  }

  private static String diff(Path before, Path now) {
    return tools().filesDiff(before.toFile(), now.toFile());
  }

  private static AbiTools tools() {
    return AbiTools.Companion.getInstance(AbiTools.class.getClassLoader());
  }

  private static String read(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private static void write(Path file, String api) throws IOException {
    if (api.isEmpty()) {
      Files.deleteIfExists(file);
    } else {
      Files.createDirectories(file.getParent());
      Files.writeString(file, api);
    }
  }
}
