package dev.celadon.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the Markdown pages point to is there: files, headings, tests, guides. */
class PagesTest {

  private static final Path ROOT = Path.of(System.getProperty("repository.root")).normalize();
  private static final Path DOCS = ROOT.resolve("docs");

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```.*?^```$");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)\\.(\\w+)`");

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    pages.add(ROOT.resolve("README.md"));
    pages.add(ROOT.resolve("CHANGELOG.md"));
    pages.add(ROOT.resolve("benchmarks/README.md"));
    for (Path folder : List.of(DOCS, ROOT.resolve("changes"))) {
      try (Stream<Path> files = Files.walk(folder)) {
        files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
      }
    }
    return pages;
  }

  private static String textOf(Path page) throws IOException {
    return BLOCK.matcher(Files.readString(page, UTF_8)).replaceAll("");
  }

  @Test
  void everyLinkLeadsToAFileAndAHeading() throws IOException {
    List<String> broken = new ArrayList<>();
    for (Path page : pages()) {
      Matcher link = LINK.matcher(textOf(page));
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains("://") && !leadsSomewhere(page, target)) {
          broken.add(ROOT.relativize(page) + ": " + target);
        }
      }
    }
    assertEquals(List.of(), broken);
  }

  private static boolean leadsSomewhere(Path page, String target) throws IOException {
    int hash = target.indexOf('#');
    String file = hash < 0 ? target : target.substring(0, hash);
    Path there = file.isEmpty() ? page : page.resolveSibling(file);
    return Files.exists(there)
        && (hash < 0 || anchorsOf(there).contains(target.substring(hash + 1)));
  }

  /** As GitHub makes them: of equal headings, the later ones are numbered. */
  private static Set<String> anchorsOf(Path page) throws IOException {
    Map<String, Integer> seen = new HashMap<>();
    Set<String> anchors = new HashSet<>();
    Matcher heading = HEADING.matcher(textOf(page));
    while (heading.find()) {
      String name =
          heading
              .group(1)
              .strip()
              .toLowerCase(Locale.ROOT)
              .replaceAll("[^\\p{L}\\p{N}_\\- ]", "")
              .replace(' ', '-');
      int before = seen.merge(name, 1, Integer::sum) - 1;
      boolean _ = anchors.add(before == 0 ? name : name + "-" + before);
    }
    return anchors;
  }

  @Test
  void everyTestThatAPageNamesExists() throws IOException {
    Map<String, String> sources = testSources();
    Set<String> missing = new HashSet<>();
    int named = 0;
    for (Path page : pages()) {
      Matcher test = TEST.matcher(textOf(page));
      for (; test.find(); named++) {
        String source = sources.getOrDefault(test.group(1), "");
        if (!Pattern.compile("\\b(void|fun) " + test.group(2) + "\\(").matcher(source).find()) {
          boolean _ = missing.add(ROOT.relativize(page) + ": " + test.group());
        }
      }
    }
    assertEquals(Set.of(), missing);
    assertTrue(named > 300, "found " + named);
  }

  /** The texts of all test classes, by name; equal names share one. */
  private static Map<String, String> testSources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path tests : modules.map(module -> module.resolve("src/test")).toList()) {
        if (Files.isDirectory(tests)) {
          try (Stream<Path> files = Files.walk(tests)) {
            for (Path file : files.filter(PagesTest::isTest).toList()) {
              String name = file.getFileName().toString().replaceFirst("\\.\\w+$", "");
              String _ = sources.merge(name, Files.readString(file, UTF_8), String::concat);
            }
          }
        }
      }
    }
    return sources;
  }

  private static boolean isTest(Path file) {
    return file.toString().endsWith("Test.java") || file.toString().endsWith("Test.kt");
  }

  @Test
  void theReadmeLeadsToEveryGuideAndReference() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"), UTF_8);
    for (Path page : pages()) {
      String name = ROOT.relativize(page).toString();
      if (name.startsWith("docs/") && !name.startsWith("docs/adr/")) {
        assertTrue(readme.contains("](" + name), name);
      }
    }
  }
}
