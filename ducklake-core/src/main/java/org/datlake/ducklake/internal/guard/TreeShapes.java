package org.datlake.ducklake.internal.guard;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a statement may look like: for each kind of part its keys, and what may stand under each. What is not
 * in this list, among it everything that a later engine may add, is refused.
 */
final class TreeShapes {

    /** What may stand under a key, alone or in a list; nothing at all may always stand there. */
    enum Kind {
        /** Words and numbers. */
        PLAIN,
        /** The inside of a constant. */
        CONTENT,
        /** Nothing. */
        NONE,
        STATEMENT,
        NODE,
        CTES,
        TABLE,
        EXPR,
        MODIFIER,
        ORDER,
        SAMPLE,
        CHECK,
        REPLACEMENT,
        NAMES,
        PIVOT,
        ENTRY,
        VALUE,
        TYPE,
        INFO,
        MEMBER;

        /** Returns the key that tells parts of this kind apart; null where all are alike. */
        @Nullable String discriminator() {
            return switch (this) {
                case EXPR -> "class";
                case NODE, TABLE, MODIFIER, INFO -> "type";
                default -> null;
            };
        }
    }

    private static final String SHAPES = """
            STATEMENT                  node=NODE named_param_map=CONTENT

            NODE SELECT_NODE           type modifiers=MODIFIER cte_map=CTES select_list=EXPR from_table=TABLE \
                                       where_clause=EXPR group_expressions=EXPR group_sets aggregate_handling \
                                       having=EXPR sample=SAMPLE qualify=EXPR
            NODE SET_OPERATION_NODE    type modifiers=MODIFIER cte_map=CTES setop_type setop_all left=NODE right=NODE
            NODE RECURSIVE_CTE_NODE    type modifiers=MODIFIER cte_map=CTES cte_name union_all left=NODE right=NODE \
                                       aliases key_targets=EXPR

            MODIFIER ORDER_MODIFIER    type orders=ORDER
            MODIFIER LIMIT_MODIFIER    type limit=EXPR offset=EXPR
            MODIFIER LIMIT_PERCENT_MODIFIER type limit=EXPR offset=EXPR
            MODIFIER DISTINCT_MODIFIER type distinct_on_targets=EXPR
            ORDER                      type null_order expression=EXPR
            SAMPLE                     sample_size=VALUE is_percentage method seed

            TABLE BASE_TABLE           type alias sample=SAMPLE query_location catalog_name schema_name table_name \
                                       column_name_alias at_clause=NONE
            TABLE SUBQUERY             type alias sample=SAMPLE query_location subquery=STATEMENT column_name_alias
            TABLE JOIN                 type alias sample=SAMPLE query_location left=TABLE right=TABLE condition=EXPR \
                                       join_type ref_type using_columns delim_flipped duplicate_eliminated_columns=NONE
            TABLE TABLE_FUNCTION       type alias sample=SAMPLE query_location function=EXPR column_name_alias \
                                       with_ordinality
            TABLE EXPRESSION_LIST      type alias sample=SAMPLE query_location expected_names=NONE \
                                       expected_types=NONE values=EXPR
            TABLE EMPTY                type alias sample=SAMPLE query_location
            TABLE PIVOT                type alias sample=SAMPLE query_location source=TABLE aggregates=EXPR \
                                       unpivot_names pivots=PIVOT groups column_name_alias include_nulls
            PIVOT                      pivot_expressions=EXPR unpivot_names entries=ENTRY pivot_enum=NONE
            ENTRY                      values=VALUE star_expr=EXPR alias

            EXPR BETWEEN               class type alias query_location input=EXPR lower=EXPR upper=EXPR
            EXPR CASE                  class type alias query_location case_checks=CHECK else_expr=EXPR
            EXPR CAST                  class type alias query_location child=EXPR cast_type=TYPE try_cast
            EXPR COLLATE               class type alias query_location child=EXPR collation
            EXPR COLUMN_REF            class type alias query_location column_names
            EXPR COMPARISON            class type alias query_location left=EXPR right=EXPR
            EXPR CONJUNCTION           class type alias query_location children=EXPR
            EXPR CONSTANT              class type alias query_location value=VALUE
            EXPR FUNCTION              class type alias query_location function_name schema catalog children=EXPR \
                                       filter=EXPR order_bys=MODIFIER distinct is_operator export_state
            EXPR LAMBDA                class type alias query_location lhs=EXPR expr=EXPR
            EXPR OPERATOR              class type alias query_location children=EXPR
            EXPR PARAMETER             class type alias query_location identifier
            EXPR POSITIONAL_REFERENCE  class type alias query_location index
            EXPR STAR                  class type alias query_location relation_name exclude_list \
                                       qualified_exclude_list=NAMES replace_list=REPLACEMENT rename_list=NAMES columns \
                                       expr=EXPR
            EXPR SUBQUERY              class type alias query_location subquery_type subquery=STATEMENT child=EXPR \
                                       comparison_type
            EXPR WINDOW                class type alias query_location function_name schema catalog children=EXPR \
                                       partitions=EXPR orders=ORDER start end start_expr=EXPR end_expr=EXPR \
                                       offset_expr=EXPR default_expr=EXPR ignore_nulls filter_expr=EXPR exclude_clause \
                                       distinct arg_orders=ORDER
            CHECK                      when_expr=EXPR then_expr=EXPR
            REPLACEMENT                key value=EXPR
            NAMES                      catalog schema table column key=NAMES value

            VALUE                      type=TYPE is_null value=CONTENT
            TYPE                       id type_info=INFO
            INFO DECIMAL_TYPE_INFO     type alias extension_info=NONE width scale
            INFO LIST_TYPE_INFO        type alias extension_info=NONE child_type=TYPE
            INFO ARRAY_TYPE_INFO       type alias extension_info=NONE child_type=TYPE size
            INFO STRUCT_TYPE_INFO      type alias extension_info=NONE child_types=MEMBER
            INFO UNBOUND_TYPE_INFO     type alias extension_info=NONE name catalog=NONE schema=NONE \
                                       user_type_modifiers=VALUE
            MEMBER                     first second=TYPE
            """;

    private static final Map<String, Map<String, Kind>> BY_NAME = read();

    private TreeShapes() {}

    private static Map<String, Map<String, Kind>> read() {
        Map<String, Map<String, Kind>> shapes = new HashMap<>();
        SHAPES.lines().filter(line -> !line.isBlank()).forEach(line -> {
            String[] words = line.strip().split(" +", -1);
            boolean several = Kind.valueOf(words[0]).discriminator() != null;
            Map<String, Kind> keys = new HashMap<>();
            for (int i = several ? 2 : 1; i < words.length; i++) {
                String[] pair = words[i].split("=", 2);
                keys.put(pair[0], pair.length == 1 ? Kind.PLAIN : Kind.valueOf(pair[1]));
            }
            shapes.put(several ? words[0] + " " + words[1] : words[0], Map.copyOf(keys));
        });
        return Map.copyOf(shapes);
    }

    /** Returns the keys of a part and what may stand there; null if there may be no such part. */
    static @Nullable Map<String, Kind> of(Kind kind, Map<String, @Nullable Object> part) {
        String key = kind.discriminator();
        return BY_NAME.get(key == null ? kind.name() : kind.name() + " " + Trees.text(part, key));
    }
}
