package dev.celadon.house;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A module that users get as a jar. A module without classes yet counts as empty. */
enum PublishedModule {
  CORE("core-java", "celadon-core"),
  DNSJAVA("dns-dnsjava", "celadon-dnsjava"),
  DNS_PROVIDER("dns-provider", "celadon-dns-provider"),
  ZEROMQ("zeromq-adapter", "celadon-zeromq"),
  KOTLIN("kotlin-bridge", "celadon-kotlin"),
  KOTLIN_TEST("kotlin-test", "celadon-kotlin-test"),
  JUNIT("junit-extension", "celadon-junit");

  private static final Path ROOT = Path.of(System.getProperty("repository.root")).normalize();

  private final String folder;
  private final String artifact;

  PublishedModule(String folder, String artifact) {
    this.folder = folder;
    this.artifact = artifact;
  }

  static JavaClasses allClasses() {
    return new ClassFileImporter()
        .importPaths(Arrays.stream(values()).map(PublishedModule::classFolder).toList());
  }

  JavaClasses classes() {
    return new ClassFileImporter().importPaths(List.of(classFolder()));
  }

  List<File> classFiles() {
    if (!Files.isDirectory(classFolder())) {
      return List.of();
    }
    try (var files = Files.walk(classFolder())) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .sorted()
          .map(Path::toFile)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The committed dump of the public API. */
  Path apiFile() {
    return ROOT.resolve(folder, "api", artifact + ".api");
  }

  /** {@link #apiFile()} as a reader of messages knows it. */
  String apiFileName() {
    return ROOT.relativize(apiFile()).toString();
  }

  private Path classFolder() {
    return ROOT.resolve(folder, System.getProperty("build.folder"), "classes");
  }

  @Override
  public String toString() {
    return folder;
  }
}
