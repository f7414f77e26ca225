package org.datlake.ducklake.config;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.datlake.ducklake.Secret;
import org.jspecify.annotations.Nullable;

/**
 * Judges each value before SmallRye converts it. A bad one is kept as a problem and replaced by the key's default, so
 * that the rest can be judged too and all problems are reported at once.
 */
final class CheckedValues implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    private final transient Map<String, ConfigLayer> layers;
    private final transient Map<ConfigKey, ConfigLayer> given = new EnumMap<>(ConfigKey.class);
    private final transient Map<ConfigKey, String> problems = new EnumMap<>(ConfigKey.class);

    /** Creates the judge of the values in these layers, whose names differ. */
    CheckedValues(Map<String, ConfigLayer> layers) {
        this.layers = Map.copyOf(layers);
    }

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue found = context.proceed(name);
        ConfigKey key = ConfigKey.byKey(name);
        if (found == null || key == null) {
            return found;
        }
        ConfigLayer layer = layers.get(found.getConfigSourceName());
        try {
            if (layer != null) {
                given.put(key, layer);
            }
            return found.withValue(key.kind().canonical(found.getValue()));
        } catch (BadValueException e) {
            problems.put(key, describe(key, e, found.getValue(), layer));
            return defaultOf(key, found);
        }
    }

    /** Returns the problems of single values, in the order of the keys. */
    List<String> problems() {
        return List.copyOf(problems.values());
    }

    /** Says whether somebody gave the key, be it with a bad value or in a file that cannot be read. */
    boolean isGiven(ConfigKey key) {
        return given.containsKey(key) || layers.values().stream().anyMatch(layer -> layer.file(key) != null);
    }

    /** Returns the place that gave the key, or null. */
    @Nullable ConfigLayer layerOf(ConfigKey key) {
        return given.get(key);
    }

    /** Returns a secret that follows its file, if it has one. */
    Secret following(ConfigKey key, Secret value) {
        ConfigLayer layer = given.get(key);
        SecretFile file = layer == null ? null : layer.file(key);
        return file == null ? value : file.secret();
    }

    private static String describe(ConfigKey key, BadValueException e, String value, @Nullable ConfigLayer layer) {
        String reason = e.reason();
        if (e.showsValue() && !key.kind().secret()) {
            reason += ", was '" + Shown.of(value) + "'";
        }
        if (key == ConfigKey.SERVER_PORT || key == ConfigKey.DB_POSTGRES_PORT) {
            reason += serviceLinkHint(value);
        }
        return key + ": " + reason + (layer == null ? "" : layer.whereabouts(key));
    }

    private static String serviceLinkHint(String value) {
        return value.startsWith("tcp://")
                ? ". Kubernetes sets this variable for a Service of that name: set enableServiceLinks: false in the pod"
                : "";
    }

    private static @Nullable ConfigValue defaultOf(ConfigKey key, ConfigValue found) {
        String value = key.fallback().value();
        if (value == null) {
            return null;
        }
        try {
            return found.withValue(key.kind().canonical(value));
        } catch (BadValueException e) {
            throw new IllegalStateException("the default of " + key + " is no value of its kind", e);
        }
    }
}
