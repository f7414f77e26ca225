package org.datlake.ducklake.launcher.arrow;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A DuckDB type, as read from its name.
 *
 * @param name in upper case, without what stands in parentheses; LIST for lists and arrays
 * @param numbers width and scale of a DECIMAL
 * @param members of a LIST its element, of a STRUCT its fields, of a MAP its key and value
 */
record SqlType(String name, List<Integer> numbers, List<Member> members) {

    /** A part of a nested type. */
    record Member(String name, SqlType type) {}

    /** Reads the name of a type; of one that is not understood, only the first word is known. */
    static SqlType parse(String text) {
        return new Parser(text).type();
    }

    private static SqlType plain(String name) {
        return new SqlType(name, List.of(), List.of());
    }

    private static SqlType list(SqlType element) {
        return new SqlType("LIST", List.of(), List.of(new Member("item", element)));
    }

    /** Goes through the text once. */
    private static final class Parser {

        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        SqlType type() {
            SqlType type = base();
            while (at < text.length() && text.charAt(at) == '[') {
                at = text.indexOf(']', at) + 1;
                type = list(type);
            }
            return type;
        }

        private SqlType base() {
            String name = words();
            if (at >= text.length() || text.charAt(at) != '(') {
                return plain(name);
            }
            return switch (name) {
                case "STRUCT" -> new SqlType(name, List.of(), members(true));
                case "MAP" -> new SqlType(name, List.of(), members(false));
                case "DECIMAL" -> new SqlType(name, numbers(), List.of());
                default -> {
                    skipParentheses();
                    yield plain(name);
                }
            };
        }

        /** Several, as in TIMESTAMP WITH TIME ZONE. */
        private String words() {
            int from = at;
            while (at < text.length() && "([,)".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(from, at).strip().toUpperCase(Locale.ROOT);
        }

        private List<Member> members(boolean named) {
            List<Member> members = new ArrayList<>();
            do {
                at++;
                skipSpaces();
                String name = named ? identifier() : members.isEmpty() ? "key" : "value";
                skipSpaces();
                members.add(new Member(name, type()));
            } while (at < text.length() && text.charAt(at) == ',');
            at++;
            return members;
        }

        private String identifier() {
            StringBuilder name = new StringBuilder();
            if (text.charAt(at) != '"') {
                int end = text.indexOf(' ', at);
                name.append(text, at, end);
                at = end;
                return name.toString();
            }
            for (at++; text.charAt(at) != '"' || text.startsWith("\"\"", at); at++) {
                if (text.charAt(at) == '"') {
                    at++;
                }
                name.append(text.charAt(at));
            }
            at++;
            return name.toString();
        }

        private List<Integer> numbers() {
            int end = text.indexOf(')', at);
            List<Integer> numbers = new ArrayList<>();
            for (String number : text.substring(at + 1, end).split(",", -1)) {
                numbers.add(Integer.valueOf(number.strip()));
            }
            at = end + 1;
            return numbers;
        }

        /** The values of an ENUM may hold anything, parentheses and doubled quotes too. */
        private void skipParentheses() {
            int depth = 0;
            boolean quoted = false;
            do {
                char c = text.charAt(at++);
                if (c == '\'') {
                    quoted = !quoted;
                } else if (!quoted) {
                    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
                }
            } while (depth > 0 && at < text.length());
        }

        private void skipSpaces() {
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
        }
    }
}
