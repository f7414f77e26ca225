package org.datlake.ducklake.testing.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Chooses between container and process for each server. */
public final class Servers {

    private static final int POSTGRES_PORT = 5432;
    private static final int MINIO_PORT = 9000;

    private Servers() {}

    /**
     * Prepares a PostgreSQL server that is to listen on a port of the loopback address.
     *
     * @param smallDisk where it is to find a file system of its own that is soon full, or null
     */
    public static ServerProcess postgres(int port, String user, String password, @Nullable SmallDisk smallDisk) {
        // Tests survive no power cut anyway; what they test is killed processes.
        List<String> options = List.of("-c", "fsync=off", "-c", "max_connections=200");
        String image = TestImages.postgres();
        if (!DockerEngine.runs(image)) {
            return NativePostgres.prepare(port, user, password, options, smallDisk);
        }
        List<String> command = new ArrayList<>(List.of("postgres"));
        command.addAll(options);
        Map<String, String> environment = Map.of("POSTGRES_USER", user, "POSTGRES_PASSWORD", password);
        ContainerProcess process = new ContainerProcess(image, POSTGRES_PORT, port, environment, command);
        if (smallDisk != null) {
            process.withFileSystem(smallDisk);
        }
        return process;
    }

    /**
     * Prepares a MinIO server that is to listen on a port of the loopback address.
     *
     * @param certificate what it is to speak TLS with, or null for plain HTTP
     */
    public static ServerProcess minio(
            int port, String accessKey, String secretKey, @Nullable SelfSignedCertificate certificate) {
        Map<String, String> environment = Map.of(
                "MINIO_ROOT_USER",
                accessKey,
                "MINIO_ROOT_PASSWORD",
                secretKey,
                "MINIO_BROWSER",
                "off",
                // No look-ups of newer versions.
                "MINIO_UPDATE",
                "off");
        String image = TestImages.minio();
        if (DockerEngine.runs(image)) {
            List<String> command = List.of("server", "--certs-dir", "/certs", "/data");
            ContainerProcess process = new ContainerProcess(image, MINIO_PORT, port, environment, command);
            certificateFiles(certificate).forEach((name, text) -> process.withFile("/certs/" + name, text));
            return process;
        }
        Path home = FileTree.temporary("datlake-minio");
        certificateFiles(certificate).forEach((name, text) -> write(home.resolve(name), text));
        List<String> command = List.of(
                MinioBinary.find().toString(),
                "server",
                "--certs-dir",
                home.toString(),
                "--address",
                "127.0.0.1:" + port,
                home.resolve("data").toString());
        return new NativeProcess(command, environment, "TERM", home);
    }

    private static Map<String, String> certificateFiles(@Nullable SelfSignedCertificate certificate) {
        return certificate == null
                ? Map.of()
                : Map.of("public.crt", certificate.certificate(), "private.key", certificate.key());
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
