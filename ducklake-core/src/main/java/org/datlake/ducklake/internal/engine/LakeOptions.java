package org.datlake.ducklake.internal.engine;

import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.datlake.ducklake.internal.catalog.CatalogState;
import org.datlake.ducklake.internal.sql.LakeFunctions;

/** Reads back what an attached lake says about itself. */
final class LakeOptions {

    private LakeOptions() {}

    static CatalogState read(DuckDbInstance instance) throws SQLException {
        Map<String, String> options = new HashMap<>();
        boolean scopedInlining = false;
        for (Map<String, String> row : instance.read("FROM " + LakeFunctions.call("options", instance.alias()))) {
            String name = row.getOrDefault("option_name", "");
            String value = row.getOrDefault("value", "");
            if (row.getOrDefault("scope", "GLOBAL").equals("GLOBAL")) {
                options.put(name, value);
            } else if (name.equals("data_inlining_row_limit") && !value.equals("0")) {
                scopedInlining = true;
            }
        }
        return new CatalogState(true, options, scopedInlining);
    }
}
