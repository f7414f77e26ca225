package org.datlake.ducklake.launcher.trace;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.datlake.ducklake.ConfigurationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who records requests and operations: handlers of Micrometer observations that are found as services, such as a bridge to
 * OpenTelemetry. The program itself brings none, and makes no observations then. Thread-safe.
 */
public final class Tracing implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tracing.class);

    private final List<ObservationHandler<?>> handlers;
    private final List<LibrarySpan> spans;
    private final @Nullable ObservationRegistry registry;
    private final @Nullable URLClassLoader loader;

    private Tracing(List<ObservationHandler<?>> handlers, @Nullable URLClassLoader loader) {
        this.handlers = handlers;
        this.spans = handlers.stream()
                .map(handler -> handler.getClass().getClassLoader())
                .distinct()
                .map(LibrarySpan::in)
                .flatMap(Optional::stream)
                .toList();
        this.loader = loader;
        this.registry = handlers.isEmpty() ? null : ObservationRegistry.create();
        if (registry != null) {
            handlers.forEach(registry.observationConfig()::observationHandler);
        }
    }

    /**
     * Looks for handlers.
     *
     * @param directory where further jars are, beside those of the program; empty for none
     * @throws ConfigurationException if the directory cannot be read, or a handler cannot be made
     */
    public static Tracing find(Optional<Path> directory) {
        ClassLoader program = Thread.currentThread().getContextClassLoader();
        URLClassLoader loader =
                directory.map(jars -> new URLClassLoader(jarsIn(jars), program)).orElse(null);
        List<ObservationHandler<?>> handlers = new ArrayList<>();
        try {
            ServiceLoader.load(ObservationHandler.class, loader == null ? program : loader)
                    .forEach(handlers::add);
        } catch (ServiceConfigurationError e) {
            throw new ConfigurationException("a handler of observations cannot be used: " + reason(e));
        }
        if (directory.isPresent() && handlers.isEmpty()) {
            throw new ConfigurationException("TRACING_JARS: no jar in " + directory.get() + " says that it has an "
                    + ObservationHandler.class.getName() + ", in META-INF/services");
        }
        for (ObservationHandler<?> handler : handlers) {
            LOG.atInfo().addKeyValue("handler", handler.getClass().getName()).log("requests and operations are traced");
        }
        return new Tracing(handlers, loader);
    }

    private static URL[] jarsIn(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .map(Tracing::url)
                    .toArray(URL[]::new);
        } catch (IOException e) {
            throw new ConfigurationException("TRACING_JARS: the directory " + directory + " cannot be read");
        }
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String reason(ServiceConfigurationError e) {
        return e.getCause() == null ? String.valueOf(e.getMessage()) : e.getMessage() + ": " + e.getCause();
    }

    /** Returns where observations are to be made; null if nobody wants any. */
    public @Nullable ObservationRegistry registry() {
        return registry;
    }

    /** Returns the span that a tracing library made of an observation; empty if none did. */
    public Optional<TraceContext> spanOf(Observation.Context observation) {
        return spans.stream()
                .map(span -> span.of(observation))
                .flatMap(Optional::stream)
                .findFirst();
    }

    /** Closes what can be closed of the handlers, so that nothing of what they gathered is lost. */
    @Override
    public void close() {
        for (ObservationHandler<?> handler : handlers) {
            if (handler instanceof AutoCloseable closeable) {
                close(closeable);
            }
        }
        if (loader != null) {
            close(loader);
        }
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            LOG.warn("tracing does not end as it should", e);
        }
    }
}
