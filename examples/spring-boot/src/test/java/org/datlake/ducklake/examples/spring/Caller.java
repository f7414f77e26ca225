package org.datlake.ducklake.examples.spring;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the application over HTTP, as its users do. */
final class Caller {

    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;

    /** Prepares to call the application that runs in an environment. */
    Caller(Environment environment) {
        url = "http://localhost:" + environment.getRequiredProperty("local.server.port");
    }

    HttpResponse<String> get(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + path)).build();
        return http.sendAsync(request, BodyHandlers.ofString()).join();
    }

    HttpResponse<String> post(@Nullable String key, String body) {
        return postLater(key, body).join();
    }

    CompletableFuture<HttpResponse<String>> postLater(@Nullable String key, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/measurements"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return http.sendAsync(request.build(), BodyHandlers.ofString());
    }

    static JsonNode json(HttpResponse<String> answer) {
        return JSON.readTree(answer.body());
    }

    /** Writes measurements, each as {@link #measurement} gives it, as the body of a request or answer. */
    static String array(String... measurements) {
        return "[" + String.join(",", measurements) + "]";
    }

    static String measurement(String sensor, int hour, double celsius) {
        return "{\"sensor\":\"%s\",\"takenAt\":\"2026-01-01T%02d:00:00Z\",\"celsius\":%s}"
                .formatted(sensor, hour, celsius);
    }
}
