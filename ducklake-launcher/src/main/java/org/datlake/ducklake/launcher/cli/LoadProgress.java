package org.datlake.ducklake.launcher.cli;

import java.nio.file.Path;

/** Is told how far loading has come. */
public interface LoadProgress {

    /** The transaction starts, possibly not for the first time: what was loaded does not count any more. */
    void restarted();

    /** A file is loaded, though not committed yet. */
    void loaded(Path file);
}
