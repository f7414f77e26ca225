package org.datlake.ducklake.launcher.cli;

import java.io.IOException;

/** Takes text piece by piece. */
@FunctionalInterface
public interface TextSink {

    /** Takes a piece. */
    void write(String text) throws IOException;
}
