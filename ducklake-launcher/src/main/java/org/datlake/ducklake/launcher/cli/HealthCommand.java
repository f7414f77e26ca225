package org.datlake.ducklake.launcher.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import javax.net.ssl.HttpsURLConnection;
import org.datlake.ducklake.config.DuckLakeConfig;
import org.datlake.ducklake.config.DuckLakeConfigLoader;
import picocli.CommandLine.Command;

/**
 * {@code ducklake health}: for the health checks of containers, which have neither shell nor curl. It is called every few
 * seconds beside a server with little memory, so it uses nothing that would take long to load.
 */
@Command(
        name = "health",
        description = "Asks the backend on this machine whether it is ready.",
        footer = {"", "Exit codes: 0 ready, 1 not ready or not running, 2 the configuration is wrong."})
final class HealthCommand implements Callable<Integer> {

    private static final int TIMEOUT_MILLIS = 5_000;

    @Override
    public Integer call() {
        DuckLakeConfig config = DuckLakeConfigLoader.ofProcess().load();
        String scheme = config.serverTls().isPresent() ? "https" : "http";
        URI url =
                URI.create(scheme + "://" + address(config.serverHost()) + ":" + config.serverPort() + "/health/ready");
        try {
            return ask(url);
        } catch (IOException e) {
            throw new CommandFailure("no backend answers at " + url + ": " + e.getMessage());
        }
    }

    private static int ask(URI url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
        if (connection instanceof HttpsURLConnection https) {
            LocalTls.trust(https);
        }
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        if (connection.getResponseCode() == HttpURLConnection.HTTP_OK) {
            System.out.println("ready");
            return 0;
        }
        try (InputStream reasons = connection.getErrorStream()) {
            String text = reasons == null ? "" : new String(reasons.readAllBytes(), StandardCharsets.UTF_8);
            System.out.println("not ready: " + text);
        }
        return DuckLakeCommand.FAILED;
    }

    /** A server that listens on all addresses is asked on the loopback one. */
    private static String address(String host) {
        if (host.equals("0.0.0.0")) {
            return "127.0.0.1";
        }
        if (host.equals("::") || host.equals("[::]")) {
            return "[::1]";
        }
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }
}
