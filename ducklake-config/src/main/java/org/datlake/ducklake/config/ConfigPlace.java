package org.datlake.ducklake.config;

import java.util.Locale;

/**
 * Where values may come from.
 *
 * @param label how problems call it
 * @param ordinal the higher, the stronger
 * @param source how listings call it
 * @param environmentStyle whether names are written as environment variables
 * @param own whether nobody else writes there, so that each unknown name is a mistake
 */
record ConfigPlace(String label, int ordinal, EffectiveValue.Source source, boolean environmentStyle, boolean own) {

    static final ConfigPlace EXPLICIT =
            new ConfigPlace("explicit settings", 500, EffectiveValue.Source.EXPLICIT, false, true);

    static final ConfigPlace SYSTEM_PROPERTIES =
            new ConfigPlace("system properties", 400, EffectiveValue.Source.SYSTEM_PROPERTY, false, false);

    static final ConfigPlace ENVIRONMENT =
            new ConfigPlace("environment", 300, EffectiveValue.Source.ENVIRONMENT, true, false);

    /** Describes a properties file. */
    static ConfigPlace propertiesFile(String path) {
        return new ConfigPlace("file " + path, 200, EffectiveValue.Source.FILE, false, true);
    }

    /** Returns how a name, given as an environment variable, is written here. */
    String spelled(String environmentName) {
        return environmentStyle
                ? environmentName
                : environmentName.toLowerCase(Locale.ROOT).replace('_', '.');
    }
}
