package dev.celadon.libraries;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A PostgreSQL whose sessions wait for an advisory lock, until it is released. */
final class Postgres extends Server {

  private static final String WAIT =
      "select pg_advisory_lock_shared(1), pg_advisory_unlock_shared(1), ";

  Postgres() throws Exception {
    super("postgresql", program());
  }

  private static Path program() throws IOException {
    Path versions = Path.of("/usr/lib/postgresql");
    if (!Files.isDirectory(versions)) {
      return versions;
    }
    try (Stream<Path> all = Files.list(versions)) {
      return all.map(version -> version.resolve("bin", "postgres"))
          .max(Comparator.naturalOrder())
          .orElse(versions);
    }
  }

  @Override
  Process start(Path program) throws Exception {
    Path data = folder.resolve("data");
    if (isRoot()) {
      UserPrincipal postgres =
          folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres");
      Files.setOwner(folder, postgres);
    }
    Process made =
        command(
                asPostgres(
                    program.resolveSibling("initdb").toString(),
                    "--username=test",
                    "--auth=trust",
                    "--no-sync",
                    "--pgdata=" + data))
            .start();
    if (made.waitFor() != 0) {
      throw new IOException("initdb failed");
    }
    return command(
            asPostgres(
                program.toString(),
                "-D",
                data.toString(),
                "-p",
                String.valueOf(port),
                "-k",
                folder.toString(),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "max_connections=150",
                "-c",
                "fsync=off"))
        .start();
  }

  /** PostgreSQL refuses to be run by root. */
  private static List<String> asPostgres(String... words) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
    }
    command.addAll(List.of(words));
    return command;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  @Override
  void ask() throws SQLException {
    try (Connection _ = connect()) {
      // It answers.
    }
  }

  String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=test";
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url());
  }

  /** Waits at the gate of the server, and answers with the number. */
  static int answer(Connection connection, int number) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(WAIT + number)) {
      result.next();
      return result.getInt(3);
    }
  }

  /** The lock that the sessions wait for, held by a session of its own. */
  static final class Lock implements Gate, AutoCloseable {

    private final Connection connection;
    private boolean open;

    Lock(Postgres server) throws SQLException {
      connection = server.connect();
      run("select pg_advisory_lock(1)");
    }

    @Override
    public int waiting() throws SQLException {
      return run("select count(*) from pg_stat_activity where wait_event = 'advisory'");
    }

    @Override
    public void open() throws SQLException {
      open = true;
      int _ = run("select pg_advisory_unlock(1)::int");
    }

    private int run(String query) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet result = statement.executeQuery(query)) {
        result.next();
        return result.getMetaData().getColumnTypeName(1).equals("void") ? 0 : result.getInt(1);
      }
    }

    @Override
    public void close() throws SQLException {
      if (!open) {
        open();
      }
      connection.close();
    }
  }
}
