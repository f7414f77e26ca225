package org.datlake.ducklake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;

/** A program that opens a catalog file and keeps it open until it is killed. */
final class CatalogHolder {

    private CatalogHolder() {}

    public static void main(String[] arguments) throws SQLException, IOException, InterruptedException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:" + arguments[0])) {
            Files.writeString(Path.of(arguments[1]), connection.getCatalog());
            new CountDownLatch(1).await();
        }
    }
}
