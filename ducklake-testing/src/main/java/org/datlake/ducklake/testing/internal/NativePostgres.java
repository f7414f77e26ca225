package org.datlake.ducklake.testing.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Prepares a PostgreSQL server as a process. */
final class NativePostgres {

    /** "nobody": PostgreSQL refuses to run as root. */
    private static final String UNPRIVILEGED = "65534";

    private NativePostgres() {}

    static ServerProcess prepare(
            int port, String user, String password, List<String> options, @Nullable SmallDisk smallDisk) {
        Path home = FileTree.temporary("datlake-postgres");
        PostgresBinaries.unpackTo(home);
        try {
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
            Path passwordFile = Files.writeString(home.resolve("password"), password);
            if (isRoot()) {
                giveAway(home);
            }
            List<String> initialise = asOrdinaryUser(home.resolve("bin/initdb").toString());
            initialise.addAll(List.of("-D", home.resolve("data").toString(), "-U", user, "-E", "UTF8", "--no-locale"));
            initialise.addAll(List.of("-A", "scram-sha-256", "--pwfile=" + passwordFile, "--no-sync"));
            Commands.run(initialise);
            Files.delete(passwordFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> serve = smallDisk == null ? new ArrayList<>() : seeing(smallDisk);
        serve.addAll(asOrdinaryUser(home.resolve("bin/postgres").toString()));
        serve.addAll(List.of("-D", home.resolve("data").toString(), "-p", Integer.toString(port)));
        serve.addAll(List.of("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="));
        serve.addAll(options);
        // INT is the shutdown that ends sessions; TERM would wait for them.
        return new NativeProcess(serve, Map.of(), "INT", home);
    }

    /** Returns what starts a command so that it alone sees the file system; in a user namespace, where we are not root. */
    private static List<String> seeing(SmallDisk disk) {
        List<String> command = new ArrayList<>(List.of("unshare", "--mount"));
        if (!isRoot()) {
            command.addAll(List.of("--user", "--map-current-user", "--keep-caps"));
        }
        command.addAll(List.of(
                "sh",
                "-c",
                "mount -t tmpfs -o mode=1777,size=" + disk.bytes() + " tmpfs " + disk.directory() + " && exec \"$@\"",
                "sh"));
        return command;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static List<String> asOrdinaryUser(String program) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(
                    List.of("setpriv", "--reuid=" + UNPRIVILEGED, "--regid=" + UNPRIVILEGED, "--clear-groups", "--"));
        }
        command.add(program);
        return command;
    }

    private static void giveAway(Path home) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(home)) {
            paths = walk.toList();
        }
        for (Path path : paths) {
            if (!Files.isSymbolicLink(path)) {
                Files.setAttribute(path, "unix:uid", Integer.valueOf(UNPRIVILEGED));
            }
        }
    }
}
