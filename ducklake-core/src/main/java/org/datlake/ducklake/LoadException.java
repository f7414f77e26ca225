package org.datlake.ducklake;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A source cannot be loaded: a value does not fit its column, a file is no proper CSV, JSON or Parquet. Nothing was
 * loaded. Says where, and never shows a value.
 */
public class LoadException extends QueryException {

    private static final long serialVersionUID = 1L;

    private final Place place;
    private final String reason;

    /**
     * Creates an exception.
     *
     * @param place where it is
     * @param reason what is wrong there, without the place
     * @param sqlState the SQLSTATE
     * @param cause the error behind it, already free of secrets, or null
     */
    public LoadException(Place place, String reason, String sqlState, @Nullable Throwable cause) {
        super(place.before(reason), "Load", sqlState, false, cause);
        this.place = place;
        this.reason = reason;
    }

    /** Returns where it is. */
    public Place place() {
        return place;
    }

    /** Returns what is wrong there. */
    public String reason() {
        return reason;
    }

    /**
     * A place in a source, as far as it is known.
     *
     * @param file the file
     * @param line the line of a text file, from 1
     * @param row the row, from 1, where the source has no lines, or they were not counted
     * @param column the column's name
     */
    public record Place(Optional<String> file, OptionalLong line, OptionalLong row, Optional<String> column)
            implements java.io.Serializable {

        private static final long serialVersionUID = 1L;

        /** Checks that nothing is missing. */
        public Place {
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(line, "line");
            Objects.requireNonNull(row, "row");
            Objects.requireNonNull(column, "column");
        }

        private String before(String reason) {
            StringBuilder text = new StringBuilder();
            file.ifPresent(name -> text.append(name).append(", "));
            line.ifPresent(number -> text.append("line ").append(number).append(", "));
            row.ifPresent(number -> text.append("row ").append(number).append(", "));
            column.ifPresent(name -> text.append("column \"").append(name).append("\", "));
            if (text.isEmpty()) {
                return reason;
            }
            text.setLength(text.length() - 2);
            return text.append(": ").append(reason).toString();
        }
    }
}
