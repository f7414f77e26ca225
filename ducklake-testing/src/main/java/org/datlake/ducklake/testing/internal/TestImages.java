package org.datlake.ducklake.testing.internal;

import java.util.Optional;
import org.testcontainers.utility.TestcontainersConfiguration;

/** The container images of the servers. {@code deploy/airgap/make-images.sh} makes them where no registry answers. */
public final class TestImages {

    static final String DEFAULT_POSTGRES = "postgres:15";
    static final String DEFAULT_MINIO = "minio/minio:latest";

    private TestImages() {}

    /** Returns PostgreSQL's image: {@code DATLAKE_POSTGRES_IMAGE} or the official one. */
    public static String postgres() {
        return Optional.ofNullable(System.getenv("DATLAKE_POSTGRES_IMAGE")).orElse(DEFAULT_POSTGRES);
    }

    /** Returns MinIO's image: {@code DATLAKE_MINIO_IMAGE} or the official one. */
    public static String minio() {
        return Optional.ofNullable(System.getenv("DATLAKE_MINIO_IMAGE")).orElse(DEFAULT_MINIO);
    }

    /** Returns the image of the container that Testcontainers cleans up with, as Testcontainers 2.0.5 finds it. */
    static String reaper() {
        return TestcontainersConfiguration.getInstance()
                .getEnvVarOrProperty("ryuk.container.image", "testcontainers/ryuk:0.14.0");
    }
}
