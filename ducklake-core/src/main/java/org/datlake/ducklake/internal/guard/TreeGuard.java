package org.datlake.ducklake.internal.guard;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.datlake.ducklake.internal.guard.LakeNames.Relation;
import org.datlake.ducklake.internal.guard.LakeNames.View;
import org.datlake.ducklake.internal.guard.TreeShapes.Kind;
import org.datlake.ducklake.internal.sql.SqlText;
import org.jspecify.annotations.Nullable;

/**
 * Walks the tree of a statement and refuses it unless it is known to be harmless. Names of tables are replaced by full
 * ones, and views by what they are made of, which is walked in the same way: so what runs is what was looked at. Not
 * thread-safe; for one statement.
 */
final class TreeGuard {

    private static final int MOST_VIEWS = 200;
    private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"]|\"\")*)\"");

    /** A name that the engine could take for one of its own tables, or for a file, if it did not take it for a CTE. */
    private static final Pattern ODD_CTE =
            Pattern.compile("(duckdb_|pg_|sqlite_|pragma_|information_schema).*|.*[./:*?\\\\\\[].*", Pattern.DOTALL);

    private final SqlTrees trees;
    private final LakeNames names;
    private final OptionalLong version;
    private final List<Relation> views = new ArrayList<>();
    private int viewsSeen;

    /** The engine's LIKE takes another way where texts have a collation, which may come from any other part. */
    private boolean collated;

    private boolean matched;
    private String home = "main";
    private long location = -1;

    /**
     * Makes a guard.
     *
     * @param names what there is in the lake at the snapshot that is read
     * @param version the snapshot, where it is not the newest one
     */
    TreeGuard(SqlTrees trees, LakeNames names, OptionalLong version) {
        this.trees = trees;
        this.names = names;
        this.version = version;
    }

    /** Checks a statement, and changes it so that nothing in it can mean anything else. */
    void check(Map<String, @Nullable Object> statement) throws Refusal, SQLException {
        visit(Kind.STATEMENT, statement, Set.of());
    }

    private String place() {
        return Trees.place(location);
    }

    private void visit(Kind kind, @Nullable Object part, Set<String> ctes) throws Refusal, SQLException {
        if (part == null || kind == Kind.CONTENT) {
            return;
        }
        if (part instanceof List<?> list) {
            for (Object element : list) {
                visit(kind, element, ctes);
            }
        } else if (part instanceof Map<?, ?>) {
            visitObject(kind, Trees.object(part), ctes);
        } else if (kind != Kind.PLAIN && !part.equals("")) {
            throw Refusal.of("something that is not known" + place());
        }
    }

    private void visitObject(Kind kind, Map<String, @Nullable Object> part, Set<String> ctes)
            throws Refusal, SQLException {
        long here = Trees.location(part);
        location = here < 0 ? location : here;
        Map<String, Kind> shape = TreeShapes.of(kind, part);
        if (shape == null) {
            throw Refusal.of(what(kind, part) + " is not among what is taken" + place());
        }
        for (String key : part.keySet()) {
            if (!shape.containsKey(key)) {
                throw Refusal.of("'" + key + "' of " + what(kind, part) + " is not among what is taken" + place());
            }
        }
        switch (kind) {
            case NODE -> visitNode(part, shape, ctes);
            case TABLE -> visitTable(part, shape, ctes);
            case EXPR -> visitExpression(part, shape, ctes);
            case INFO -> {
                if (part.containsKey("user_type_modifiers")) {
                    Words.checkType(part, place());
                }
                visitParts(part, shape, ctes);
            }
            case TYPE -> {
                Words.checkBuiltInType(part, place());
                visitParts(part, shape, ctes);
            }
            default -> visitParts(part, shape, ctes);
        }
    }

    private static String what(Kind kind, Map<String, @Nullable Object> part) {
        if (at(part)) {
            return "AT in the statement (the request's own 'at' is for the whole of it)";
        }
        String key = kind.discriminator();
        return key == null || Trees.text(part, key).isEmpty() ? "a part" : Trees.text(part, key);
    }

    private static boolean at(Map<String, @Nullable Object> part) {
        return part.containsKey("unit") && part.containsKey("expr");
    }

    private void visitParts(Map<String, @Nullable Object> part, Map<String, Kind> shape, Set<String> ctes)
            throws Refusal, SQLException {
        for (Map.Entry<String, @Nullable Object> entry : part.entrySet()) {
            visit(shape.getOrDefault(entry.getKey(), Kind.NONE), entry.getValue(), ctes);
        }
    }

    private void visitExpression(Map<String, @Nullable Object> part, Map<String, Kind> shape, Set<String> ctes)
            throws Refusal, SQLException {
        checkExpression(part);
        if (Patterns.tame(part, place())) {
            visitObject(Kind.EXPR, part, ctes);
        } else {
            visitParts(part, shape, ctes);
        }
    }

    private void checkExpression(Map<String, @Nullable Object> part) throws Refusal {
        collated |= Trees.text(part, "class").equals("COLLATE");
        matched |= Patterns.isMatch(part);
        if (collated && matched) {
            throw Refusal.of("COLLATE is not taken beside LIKE and GLOB; lower(a) LIKE 'b%' and a ILIKE 'b%' compare"
                    + " without case" + place());
        }
        switch (Trees.text(part, "class")) {
            case "FUNCTION", "WINDOW" -> Words.checkFunction(part, place());
            case "OPERATOR" -> Words.checkOperator(part, place());
            default -> {
                // Everything else is told by its shape.
            }
        }
    }

    /** A CTE is known to those behind it and to the rest of the node; a recursive one to its second half, too. */
    private void visitNode(Map<String, @Nullable Object> node, Map<String, Kind> shape, Set<String> outer)
            throws Refusal, SQLException {
        Set<String> known = outer;
        for (Object entry : Trees.list(Trees.object(node.get("cte_map")).get("map"))) {
            Map<String, @Nullable Object> cte = Trees.object(entry);
            visitCte(Trees.object(cte.get("value")), known);
            known = with(known, Trees.text(cte, "key"));
        }
        for (Map.Entry<String, @Nullable Object> entry : node.entrySet()) {
            Kind kind = shape.getOrDefault(entry.getKey(), Kind.NONE);
            if (kind != Kind.CTES) {
                boolean recursive =
                        node.containsKey("cte_name") && !entry.getKey().equals("left");
                visit(kind, entry.getValue(), recursive ? with(known, Trees.text(node, "cte_name")) : known);
            }
        }
    }

    private void visitCte(Map<String, @Nullable Object> cte, Set<String> known) throws Refusal, SQLException {
        for (Map.Entry<String, @Nullable Object> entry : cte.entrySet()) {
            Kind kind = switch (entry.getKey()) {
                case "query" -> Kind.STATEMENT;
                case "key_targets" -> Kind.EXPR;
                case "aliases", "materialized" -> Kind.PLAIN;
                default -> Kind.NONE;
            };
            visit(kind, entry.getValue(), known);
        }
    }

    private Set<String> with(Set<String> known, String name) throws Refusal {
        String lower = Words.lower(name);
        if (ODD_CTE.matcher(lower).matches()) {
            throw Refusal.of("the name '" + name + "' is not taken for a part of WITH" + place());
        }
        Set<String> more = new HashSet<>(known);
        more.add(lower);
        return more;
    }

    private void visitTable(Map<String, @Nullable Object> table, Map<String, Kind> shape, Set<String> ctes)
            throws Refusal, SQLException {
        switch (Trees.text(table, "type")) {
            case "TABLE_FUNCTION" -> {
                visitCall(Trees.object(table.get("function")), ctes);
                visit(Kind.SAMPLE, table.get("sample"), ctes);
            }
            case "BASE_TABLE" -> {
                visitParts(table, shape, ctes);
                resolve(table, ctes);
            }
            default -> visitParts(table, shape, ctes);
        }
    }

    private void visitCall(Map<String, @Nullable Object> call, Set<String> ctes) throws Refusal, SQLException {
        Map<String, Kind> shape = TreeShapes.of(Kind.EXPR, call);
        if (shape == null || !Trees.text(call, "class").equals("FUNCTION")) {
            throw Refusal.of("a table function of another form" + place());
        }
        Words.checkTableFunction(call, place());
        for (String key : call.keySet()) {
            if (!shape.containsKey(key)) {
                throw Refusal.of("'" + key + "' of a table function is not among what is taken" + place());
            }
        }
        visitParts(call, shape, ctes);
    }

    private void resolve(Map<String, @Nullable Object> table, Set<String> ctes) throws Refusal, SQLException {
        String catalog = Trees.text(table, "catalog_name");
        String schema = Trees.text(table, "schema_name");
        String name = Trees.text(table, "table_name");
        if (catalog.isEmpty() && schema.isEmpty() && ctes.contains(Words.lower(name))) {
            return;
        }
        Optional<Relation> found = names.find(catalog, schema, name, home);
        if (found.isEmpty()) {
            String written = (catalog.isEmpty() ? "" : catalog + ".") + (schema.isEmpty() ? "" : schema + ".") + name;
            throw Refusal.of("'" + written + "' is no table or view of the lake" + place());
        }
        Relation relation = found.get();
        View view = relation.view();
        if (view == null) {
            table.put("catalog_name", names.alias());
            table.put("schema_name", relation.schema());
            table.put("table_name", relation.name());
            if (version.isPresent()) {
                table.put("at_clause", atClause(version.getAsLong()));
            }
        } else {
            expand(table, relation, view);
        }
    }

    private static Map<String, @Nullable Object> atClause(long version) {
        Map<String, @Nullable Object> clause = new LinkedHashMap<>();
        clause.put("unit", "VERSION");
        clause.put("expr", NewParts.number(version));
        return clause;
    }

    /** Puts what a view is made of in its place. */
    private void expand(Map<String, @Nullable Object> table, Relation relation, View view)
            throws Refusal, SQLException {
        String title = "in the view '" + relation.schema() + "." + relation.name() + "'" + place() + ": ";
        if (views.contains(relation) || ++viewsSeen > MOST_VIEWS) {
            throw Refusal.of(title + "it is made of itself, or of too many others");
        }
        String homeBefore = home;
        long locationBefore = location;
        views.add(relation);
        home = relation.schema();
        Map<String, @Nullable Object> body;
        try {
            body = trees.parse(view.sql().replace("{DUCKLAKE_CATALOG}", SqlText.identifier(names.alias())));
            check(body);
        } catch (Refusal e) {
            throw Refusal.of(title + e.getMessage());
        }
        views.remove(views.size() - 1);
        home = homeBefore;
        location = locationBefore;
        replace(table, body, relation, view);
    }

    private static void replace(
            Map<String, @Nullable Object> table, Map<String, @Nullable Object> body, Relation relation, View view) {
        Map<String, @Nullable Object> subquery = new LinkedHashMap<>();
        subquery.put("type", "SUBQUERY");
        String alias = Trees.text(table, "alias");
        subquery.put("alias", alias.isEmpty() ? relation.name() : alias);
        subquery.put("sample", table.get("sample"));
        subquery.put("query_location", table.get("query_location"));
        subquery.put("subquery", body);
        subquery.put("column_name_alias", aliases(view.aliases(), Trees.list(table.get("column_name_alias"))));
        table.clear();
        table.putAll(subquery);
    }

    /** The names that a statement gives to the columns of a view go before those that the view gives them. */
    private static List<@Nullable Object> aliases(String ofView, List<@Nullable Object> ofStatement) {
        List<@Nullable Object> aliases = new ArrayList<>();
        Matcher matcher = QUOTED.matcher(ofView);
        while (matcher.find()) {
            aliases.add(matcher.group(1).replace("\"\"", "\""));
        }
        for (int i = 0; i < ofStatement.size(); i++) {
            if (i < aliases.size()) {
                aliases.set(i, ofStatement.get(i));
            } else {
                aliases.add(ofStatement.get(i));
            }
        }
        return aliases;
    }
}
