package org.datlake.ducklake.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a test method that gets a new, empty lake: as a parameter of type {@link org.datlake.ducklake.DuckLakeClient},
 * connected, or {@link DisposableLake}, for tests that connect by themselves. It runs once per wanted kind. The lake
 * and everything in it is removed after the test.
 *
 * <pre>{@code
 * @DuckLakeTest({LakeKind.FILE_AND_LOCAL, LakeKind.POSTGRES_AND_S3})
 * void orders_are_stored(DuckLakeClient lake) { ... }
 * }</pre>
 *
 * <p>PostgreSQL and MinIO run in containers where a Docker engine answers that has or gets their images, else as
 * processes; they start with the first test that needs them and end with the JVM. The environment variable
 * {@code DATLAKE_TEST_SERVERS} set to {@code docker} or {@code native} decides instead.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(DuckLakeExtension.class)
public @interface DuckLakeTest {

    /** The kinds of lake to run the test on. */
    LakeKind[] value() default LakeKind.FILE_AND_LOCAL;
}
