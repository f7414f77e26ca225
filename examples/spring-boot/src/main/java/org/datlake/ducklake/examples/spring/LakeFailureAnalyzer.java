package org.datlake.ducklake.examples.spring;

import org.datlake.ducklake.DuckLakeException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in two lines why the application cannot start without its lake, instead of a page of stack traces. */
class LakeFailureAnalyzer extends AbstractFailureAnalyzer<DuckLakeException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, DuckLakeException cause) {
        return new FailureAnalysis(
                "The lake cannot be used: " + cause.getMessage(),
                "Look at what says which lake: the names of ducklake-config/REFERENCE.md in the environment and in"
                        + " application.yml.",
                cause);
    }
}
