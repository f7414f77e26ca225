package org.datlake.ducklake.testing;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.datlake.ducklake.DuckLakeClient;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Runs each {@link DuckLakeTest} once per kind of lake and hands it that lake. */
final class DuckLakeExtension implements TestTemplateInvocationContextProvider {

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        LakeKind[] kinds = context.getRequiredTestMethod()
                .getAnnotation(DuckLakeTest.class)
                .value();
        return Arrays.stream(kinds).map(Invocation::new);
    }

    private record Invocation(LakeKind kind) implements TestTemplateInvocationContext {

        @Override
        public String getDisplayName(int index) {
            return kind.name();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(new LakeParameter(kind));
        }
    }

    private record LakeParameter(LakeKind kind) implements ParameterResolver {

        private static final ExtensionContext.Namespace NAMESPACE =
                ExtensionContext.Namespace.create(DuckLakeExtension.class);

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return type == DisposableLake.class || type == DuckLakeClient.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            // JUnit closes what is in the store, when the test has ended.
            DisposableLake lake = context.getStore(NAMESPACE)
                    .computeIfAbsent(DisposableLake.class, key -> DisposableLake.create(kind), DisposableLake.class);
            return parameter.getParameter().getType() == DisposableLake.class ? lake : lake.client();
        }
    }
}
