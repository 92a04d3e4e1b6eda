import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/**
 * Checks or applies google-java-format on the Java sources of the modules.
 *
 * <p>{@code java FormatJava.java check|apply ROOT MODULES} is what the parent pom runs, with the
 * formatter on the class path. MODULES is a glob of folder names below ROOT.
 */
final class FormatJava {

  private FormatJava() {}

  public static void main(String[] args) throws IOException {
    boolean check = args[0].equals("check");
    Path root = Path.of(args[1]);
    List<String> sources = sources(root, args[2]);
    if (sources.isEmpty()) {
      return;
    }
    List<String> options = new ArrayList<>(check ? List.of("--dry-run") : List.of("--replace"));
    options.addAll(sources);
    StringWriter changed = new StringWriter();
    int code =
        ToolProvider.findFirst("google-java-format")
            .orElseThrow()
            .run(
                new PrintWriter(changed),
                new PrintWriter(System.err, true),
                options.toArray(String[]::new));
    List<String> unformatted = changed.toString().lines().toList();
    if (check && !unformatted.isEmpty()) {
      System.err.println("Not in the house format (./format puts it right):");
      unformatted.forEach(file -> System.err.println("  " + root.relativize(Path.of(file))));
      System.exit(1);
    }
    System.exit(code);
  }

  private static List<String> sources(Path root, String modules) throws IOException {
    List<String> sources = new ArrayList<>();
    var glob = FileSystems.getDefault().getPathMatcher("glob:" + modules);
    try (var folders =
        Files.newDirectoryStream(root, folder -> glob.matches(folder.getFileName()))) {
      for (Path folder : folders) {
        Path src = folder.resolve("src");
        if (Files.isDirectory(src)) {
          try (var files = Files.walk(src)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }
}
