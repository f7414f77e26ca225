package org.datlake.ducklake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** LIKE in guarded statements runs as something else, which must mean the same and must not block a thread. */
class GuardedPatternsTest {

    private static final List<String> ALPHABET = List.of(
            ("a b A % % _ _ \\ \n \r ' \" [ ] ( ) * . + ? { } ^ $ $ | - ä Ä ß İ ſ Σ ς 😀 ☃ a\u0308 # E Q / x 2 \t @ & ~ !"
                            + " \u0001")
                    .split(" ", -1));

    private static final List<Pair> PAIRS = pairs(new Random(4711), 400);

    private static DuckLakeClient lake;

    private record Pair(String text, String pattern) {}

    @BeforeAll
    static void make(@TempDir Path directory) {
        lake = TestLake.open(directory);
        lake.execute("CREATE TABLE long_text AS SELECT repeat('a', 3000) AS x, '%a%a%a%a%a%a_b' AS p");
        lake.execute("CREATE TABLE pair (id INTEGER, x VARCHAR, p VARCHAR)");
        lake.execute("INSERT INTO pair VALUES (-1, NULL, 'a_%'), (-2, 'a', NULL), "
                + IntStream.range(0, PAIRS.size())
                        .mapToObj(i -> "(" + i + ", " + literal(PAIRS.get(i).text()) + ", "
                                + literal(PAIRS.get(i).pattern()) + ")")
                        .collect(Collectors.joining(", ")));
    }

    @AfterAll
    static void close() {
        lake.close();
    }

    /** Patterns that nearly match their text, and some that are anything. */
    private static List<Pair> pairs(Random random, int count) {
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String text = some(random);
            String near = text.codePoints()
                    .mapToObj(c -> switch (random.nextInt(7)) {
                        case 0 -> "%";
                        case 1 -> "_";
                        case 2 -> "$" + Character.toString(c);
                        case 3 -> Character.toString(Character.toUpperCase(c));
                        default -> Character.toString(c);
                    })
                    .collect(Collectors.joining());
            pairs.add(new Pair(text, i % 4 == 0 ? some(random) : near));
        }
        return pairs;
    }

    private static String some(Random random) {
        return IntStream.range(0, random.nextInt(7))
                .mapToObj(i -> ALPHABET.get(random.nextInt(ALPHABET.size())))
                .collect(Collectors.joining());
    }

    private static List<String> guarded(String sql, @Nullable Object... parameters) {
        List<String> rows = new ArrayList<>();
        try (RowCursor result =
                lake.guarded(sql, parameters).timeout(Duration.ofSeconds(20)).open()) {
            while (result.next()) {
                rows.add(values(result.row()));
            }
        }
        return rows;
    }

    private static List<String> plain(String sql) {
        return lake.query(sql).list().stream().map(GuardedPatternsTest::values).toList();
    }

    private static String values(Row row) {
        return IntStream.range(0, row.columns().size())
                .mapToObj(i -> String.valueOf(row.get(i, Object.class)))
                .collect(Collectors.joining(", "));
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    @Test
    void patterns_from_a_column_mean_what_like_means() {
        String sql = "SELECT id, x LIKE p, x NOT LIKE p, x ILIKE p, x NOT ILIKE p FROM pair ORDER BY id";
        assertThat(guarded(sql)).hasSize(PAIRS.size() + 2).isEqualTo(plain(sql));
        assertThat(guarded(sql))
                .filteredOn(row -> row.contains(", true, false, true"))
                .hasSizeGreaterThan(50);
    }

    @Test
    void patterns_in_the_statement_mean_what_like_means() {
        for (String form : List.of("%s LIKE %s", "%s NOT LIKE %s", "%s ILIKE %s", "%s NOT ILIKE %s")) {
            for (int i = 0; i < PAIRS.size(); i += 100) {
                String sql = PAIRS.subList(i, i + 100).stream()
                        .map(pair -> form.formatted(literal(pair.text()), literal(pair.pattern())))
                        .collect(Collectors.joining(", ", "SELECT ", ""));
                assertThat(guarded(sql)).as(sql).isEqualTo(plain(sql));
            }
        }
    }

    @Test
    void patterns_with_an_escape_mean_what_like_means() {
        for (String form : List.of("%s LIKE %s ESCAPE '$'", "%s NOT LIKE %s ESCAPE '$'", "%s ILIKE %s ESCAPE '$'")) {
            String sql = PAIRS.stream()
                    .filter(pair -> !pair.pattern().replace("$$", "").endsWith("$"))
                    .map(pair -> form.formatted(literal(pair.text()), literal(pair.pattern())))
                    .collect(Collectors.joining(", ", "SELECT ", ""));
            assertThat(guarded(sql)).isEqualTo(plain(sql));
        }
    }

    @Test
    void a_pattern_may_be_a_parameter_or_nothing() {
        assertThat(guarded("SELECT x FROM (VALUES ('a.c'), ('abc'), ('ABC')) v(x) WHERE x LIKE ?", "a._"))
                .containsExactly("a.c");
        assertThat(guarded("SELECT x FROM (VALUES ('abc'), ('ABC'), ('b')) v(x) WHERE x NOT ILIKE $1", "a_c"))
                .containsExactly("b");
        assertThat(guarded("SELECT 'a' LIKE ?", (Object) null)).containsExactly("null");
        assertThat(
                        guarded(
                                "SELECT 'a' LIKE NULL, NULL LIKE 'a_', NULL ILIKE 'a', 'a' NOT LIKE NULL, '' LIKE '', 'a' LIKE ''"))
                .containsExactly("null, null, null, null, true, false");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x LIKE '%a%a%a%a%a%a_b'",
                "x LIKE '%a%a%a%a%a%a%b'",
                "x NOT LIKE '%a%a%a%a%a%a_b'",
                "x ILIKE '%a%a%a%a%a%a_b'",
                "x ILIKE '%a%a%a%a%a%a%b'",
                "x NOT ILIKE '%a%a%a%a%a%a_b'",
                "x LIKE '%a%a%a%a%a%a$_b' ESCAPE '$'",
                "x NOT ILIKE '%a%a%a%a%a%a_b' ESCAPE '$'",
                "x LIKE p",
                "x ILIKE p",
                "\"~~\"(x, p)",
                "x LIKE '%a%a%a%a%a%a' || '_b'",
                "len(list_filter([x], lambda t: t LIKE p)) > 0",
                "p LIKE '%' AND x LIKE (SELECT min(p) FROM long_text)",
                "regexp_matches(x, '^.*a.*a.*a.*a.*a.*a.b$', 's')",
                "regexp_matches(x, '^.*a.*a.*a.*a.*a' || '.*a.b$', 's')",
                "regexp_matches(x, 'a.*a.*a.*a.*a.*a.b', 's')",
                "x SIMILAR TO '.*a.*a.*a.*a.*a.*a.b'",
                "x GLOB '*aaaaaaaaab*'"
            })
    void a_pattern_with_many_wildcards_cannot_block_a_worker(String condition) {
        assertThat(guarded("SELECT count(*) FROM long_text WHERE " + condition + " IS NULL"))
                .containsExactly("0");
        assertThat(guarded("SELECT count(*) FROM long_text WHERE " + condition)).hasSize(1);
    }

    @Test
    void a_pattern_with_very_many_wildcards_cannot_end_the_process() {
        for (String condition : List.of("x LIKE repeat('_%', 30000)", "x ILIKE repeat('_%', 1000000)", "x LIKE ?")) {
            Object[] parameters = condition.contains("?") ? new Object[] {"_%".repeat(30_000)} : new Object[0];
            assertThatThrownBy(() -> guarded("SELECT " + condition + " FROM long_text", parameters))
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("has more than 1000 characters");
        }
        assertThat(guarded("SELECT x LIKE repeat('_%', 500), x LIKE repeat('_', 1000) FROM long_text"))
                .containsExactly("true, false");
    }

    /** COLLATE beside LIKE is refused by its place in a statement; a column of a collation would go by unseen. */
    @Test
    void columns_have_no_collation() {
        assertThatThrownBy(() -> lake.execute("CREATE TABLE collated (x VARCHAR COLLATE NOCASE)"))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("Collations are not supported");
    }

    @Test
    void regular_expressions_find_what_they_found() {
        String sql = "SELECT regexp_matches(x, 'a'), regexp_matches(x, '^a.'), regexp_matches(x, '^*a'),"
                + " regexp_matches(x, 'a|^b.', 's'), regexp_matches(x, '(?i)A.'), regexp_matches(x, 'a.', 'l'),"
                + " regexp_matches(x, '\\Qa.'), regexp_matches(x, NULL), regexp_matches(x, '.' || 'a$')"
                + " FROM pair ORDER BY id";
        assertThat(guarded(sql)).isEqualTo(plain(sql));
    }
}
