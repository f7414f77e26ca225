package org.datlake.ducklake.internal.guard;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What there is in a lake at a snapshot. Names are compared without regard to case, as the engine does.
 *
 * @param alias the name of the lake in SQL
 * @param schemas the schemas, by name in lower case
 * @param relations tables and views, by schema and name in lower case
 */
record LakeNames(String alias, Set<String> schemas, Map<Name, Relation> relations) {

    /**
     * The name of a table or view.
     *
     * @param schema its schema, in lower case
     * @param name its name, in lower case
     */
    record Name(String schema, String name) {

        static Name of(String schema, String name) {
            return new Name(Words.lower(schema), Words.lower(name));
        }
    }

    /**
     * A table or view.
     *
     * @param schema its schema, as it is written
     * @param name its name, as it is written
     * @param view what it is made of, or null for a table
     */
    record Relation(String schema, String name, @Nullable View view) {}

    /**
     * The body of a view.
     *
     * @param sql a SELECT
     * @param aliases the names of its columns as the catalog has them; empty where the SELECT's own are meant
     */
    record View(String sql, String aliases) {}

    /**
     * Finds what a name in FROM means.
     *
     * @param catalog the catalog that was written, or empty
     * @param schema the schema that was written, or empty
     * @param home the schema that names without one are looked for in first
     */
    Optional<Relation> find(String catalog, String schema, String name, String home) {
        if (!catalog.isEmpty()) {
            return catalog.equalsIgnoreCase(alias) && !schema.isEmpty() ? in(schema, name) : Optional.empty();
        }
        if (schema.isEmpty()) {
            return in(home, name).or(() -> in("main", name));
        }
        if (schemas.contains(Words.lower(schema))) {
            return in(schema, name);
        }
        return schema.equalsIgnoreCase(alias) ? in("main", name) : Optional.empty();
    }

    private Optional<Relation> in(String schema, String name) {
        return Optional.ofNullable(relations.get(Name.of(schema, name)));
    }
}
