package org.datlake.ducklake.launcher.http;

import io.javalin.config.RoutesConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The description of all routes, for people and for programs that make clients of it. */
final class OpenApiRoute {

    private final byte[] file;

    OpenApiRoute() {
        try (InputStream resource = Objects.requireNonNull(getClass().getResourceAsStream("openapi.yaml"))) {
            this.file = resource.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void register(RoutesConfig routes) {
        routes.get(
                "/openapi.yaml",
                context -> context.contentType("application/yaml").result(file));
    }
}
