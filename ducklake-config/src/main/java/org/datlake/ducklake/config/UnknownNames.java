package org.datlake.ducklake.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds names that mean nothing, and the one that was probably meant.
 *
 * <p>In a place of our own each unknown name is a mistake. Environment variables and system properties are shared with
 * others, whose names may start like ours: there a name is judged only if it starts with one of {@link #OUR_PREFIXES},
 * or differs from a known name by so little that it must be a typing mistake.
 */
final class UnknownNames {

    private static final List<String> OUR_PREFIXES = List.of(
            "DB_POSTGRES_",
            "DB_DUCKLAKE_",
            "STORAGE_MINIO_",
            "STORAGE_MAINTENANCE_",
            "FEATURE_ENABLE_",
            "AUTH_READER_",
            "AUTH_WRITER_",
            "AUTH_OPERATOR_",
            "AUTH_TRUST_");

    private static final List<String> SHARED_PREFIXES =
            List.of("LOG_", "SERVER_", "DB_", "STORAGE_", "FEATURE_", "AUTH_", "DUCKDB_", "DATLAKE_");

    /** Kubernetes describes each Service of the namespace so; a Service may well be called db-postgres. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile(".+_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

    private static final Pattern SERVICE_URL = Pattern.compile("(tcp|udp|sctp)://.+");

    /** A shorter name of others, such as LOGLEVEL, may be near one of ours by chance. */
    private static final int LONG_NAME = 11;

    private static final int VERY_LONG_NAME = 16;

    private static final Set<String> KNOWN = known();

    private final ConfigPlace place;

    UnknownNames(ConfigPlace place) {
        this.place = place;
    }

    /** Returns a problem for each name that means nothing, ordered by name. Values are looked at but never shown. */
    List<String> judge(Map<String, String> entries) {
        List<String> problems = new ArrayList<>();
        for (Map.Entry<String, String> entry : new TreeMap<>(entries).entrySet()) {
            String written = entry.getKey();
            String name = written.toUpperCase(Locale.ROOT).replace('.', '_');
            if (KNOWN.contains(name) && written.equals(place.spelled(name))) {
                continue;
            }
            String meant = place.own() ? nearest(name, Math.max(3, name.length() / 4)) : meantHere(name, written);
            if (mayBeRestOfSecret(name, entry.getValue())) {
                problems.add(
                        "unknown name in the " + place.label() + ", not shown because it may be a part of a secret:"
                                + " end each line of a value but the last with a backslash, or remove the line without a value");
            } else if (place.own() || meant != null || isOurs(written, entry.getValue())) {
                String best = meant != null ? meant : nearest(name, Math.max(3, name.length() / 4));
                problems.add("unknown name " + Shown.of(written) + " in the " + place.label()
                        + (best == null ? ": see REFERENCE.md" : ": did you mean " + place.spelled(best) + "?"));
            }
        }
        return problems;
    }

    /** Says whether a name looks like the second line of a value: in a properties file such a line becomes a name. */
    private boolean mayBeRestOfSecret(String name, String value) {
        return place.own()
                && value.isBlank()
                && SHARED_PREFIXES.stream().noneMatch(name::startsWith)
                && nearest(name, name.length() / 4) == null;
    }

    private boolean isOurs(String written, String value) {
        return OUR_PREFIXES.stream().anyMatch(prefix -> written.startsWith(place.spelled(prefix)))
                && !isServiceLink(written, value);
    }

    private static boolean isServiceLink(String name, String value) {
        return SERVICE_LINK.matcher(name).matches()
                || (name.endsWith("_PORT") && SERVICE_URL.matcher(value).matches());
    }

    /** Returns the known name that a name of a shared place must have been meant as, or null. */
    private @Nullable String meantHere(String name, String written) {
        if (KNOWN.contains(name)) {
            // Written in the other style or in another case; a single word is too common to judge.
            return name.contains("_") ? name : null;
        }
        if (!written.equals(place.spelled(name))) {
            return null;
        }
        boolean sharesPrefix = SHARED_PREFIXES.stream().anyMatch(name::startsWith);
        String best = nearest(name, 2);
        if (best == null || (!sharesPrefix && best.length() < LONG_NAME)) {
            return null;
        }
        int allowed = best.length() >= VERY_LONG_NAME ? 2 : 1;
        return EditDistance.between(name, best, allowed) <= allowed ? best : null;
    }

    private static @Nullable String nearest(String name, int limit) {
        String best = null;
        int smallest = limit + 1;
        for (String known : KNOWN) {
            int distance = EditDistance.between(name, known, smallest - 1);
            if (distance < smallest) {
                smallest = distance;
                best = known;
            }
        }
        return best;
    }

    private static Set<String> known() {
        Set<String> names = new TreeSet<>();
        names.add(ConfigFile.NAME);
        for (ConfigKey key : ConfigKey.values()) {
            names.add(key.name());
            names.add(key.fileName());
        }
        return names;
    }
}
