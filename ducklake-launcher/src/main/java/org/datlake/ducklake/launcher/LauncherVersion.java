package org.datlake.ducklake.launcher;

/** The version of this program. */
public final class LauncherVersion {

    private LauncherVersion() {}

    /** Returns it as the jar's manifest has it, or {@code development} outside a jar. */
    public static String text() {
        String version = LauncherVersion.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
