package org.datlake.ducklake.examples;

import java.nio.file.Path;
import java.util.List;
import org.datlake.ducklake.DuckLakeClient;
import org.datlake.ducklake.DuckLakeSettings;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.reflect.ConstructorMapper;

/** The client's DataSource behind Jdbi; Spring and jOOQ take it the same way. No pool is needed in front of it. */
public final class DataSourceWithJdbi {

    private DataSourceWithJdbi() {}

    /** A row of the table. */
    public record Book(String title, int year) {}

    /** Runs the example; the first argument is the lake's directory, {@code jdbi-lake} by default. */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments.length > 0 ? arguments[0] : "jdbi-lake");
        try (DuckLakeClient lake = DuckLakeClient.connect(DuckLakeSettings.embedded(directory))) {
            Jdbi jdbi = Jdbi.create(lake.dataSource());
            jdbi.registerRowMapper(ConstructorMapper.factory(Book.class));

            jdbi.useHandle(handle -> handle.execute("CREATE TABLE IF NOT EXISTS books (title VARCHAR, year INTEGER)"));

            jdbi.useTransaction(handle -> {
                handle.execute("INSERT INTO books VALUES (?, ?)", "The Mythical Man-Month", 1975);
                handle.createUpdate("INSERT INTO books VALUES (:title, :year)")
                        .bind("title", "Transaction Processing")
                        .bind("year", 1992)
                        .execute();
            });

            List<Book> books = jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM books ORDER BY year")
                    .mapTo(Book.class)
                    .list());
            books.forEach(book -> System.out.println(book.year() + " " + book.title()));
        }
    }
}
