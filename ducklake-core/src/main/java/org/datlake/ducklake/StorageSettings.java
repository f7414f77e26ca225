package org.datlake.ducklake;

import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where data files live: in a bucket of an S3-compatible store, or in a local directory. */
public sealed interface StorageSettings {

    /** Describes a local directory, which is created when missing. */
    static Local local(Path directory) {
        return new Local(directory);
    }

    /**
     * Describes a bucket of MinIO or another S3-compatible store, with the defaults of {@link S3.Builder}.
     *
     * @param endpoint {@code host:port}, or a URL whose scheme says whether TLS is used
     * @param bucket created when missing and allowed
     * @param accessKey the access key id
     * @param secretKey the secret key
     * @throws ConfigurationException if the endpoint or the bucket's name cannot be right
     */
    static S3 minio(String endpoint, String bucket, String accessKey, Secret secretKey) {
        return S3.builder(endpoint, bucket).credentials(accessKey, secretKey).build();
    }

    /** Returns the DATA_PATH that the lake is created with, ending in a slash. */
    String dataPath();

    /**
     * A local directory.
     *
     * @param directory the directory
     */
    record Local(Path directory) implements StorageSettings {

        /** Makes the path absolute. */
        public Local {
            directory = directory.toAbsolutePath().normalize();
        }

        @Override
        public String dataPath() {
            String path = directory.toString();
            return path.endsWith("/") ? path : path + "/";
        }
    }

    /** A bucket of an S3-compatible store. Immutable. */
    final class S3 implements StorageSettings {

        private final String endpoint;
        private final boolean secure;
        private final String bucket;
        private final String prefix;
        private final String region;
        private final String accessKey;
        private final Secret secretKey;
        private final boolean createBucket;
        private final boolean bucketEncryption;
        private final boolean deleteProtection;

        private S3(Builder builder, String endpoint, boolean secure) {
            this.endpoint = endpoint;
            this.secure = secure;
            this.bucket = builder.bucket;
            this.prefix = builder.prefix;
            this.region = builder.region;
            this.accessKey = builder.accessKey;
            this.secretKey = builder.secretKey;
            this.createBucket = builder.createBucket;
            this.bucketEncryption = builder.bucketEncryption;
            this.deleteProtection = builder.deleteProtection;
        }

        /**
         * Starts a description.
         *
         * @param endpoint {@code host:port} or {@code host}, with or without {@code http://} or {@code https://}
         * @param bucket the bucket's name
         */
        public static Builder builder(String endpoint, String bucket) {
            return new Builder(endpoint, bucket);
        }

        /** Returns {@code host:port} or {@code host}, without a scheme. */
        public String endpoint() {
            return endpoint;
        }

        /** Says whether TLS is used. */
        public boolean secure() {
            return secure;
        }

        /** Returns the endpoint with its scheme. */
        public URI endpointUri() {
            return URI.create((secure ? "https://" : "http://") + endpoint);
        }

        /** Returns the bucket's name. */
        public String bucket() {
            return bucket;
        }

        /** Returns the prefix of all objects, without slashes at its ends; empty for the whole bucket. */
        public String prefix() {
            return prefix;
        }

        /** Returns the region that requests are signed for. */
        public String region() {
            return region;
        }

        /** Returns the access key id. */
        public String accessKey() {
            return accessKey;
        }

        /** Returns the secret key. */
        public Secret secretKey() {
            return secretKey;
        }

        /** Says whether a missing bucket is created. */
        public boolean createBucket() {
            return createBucket;
        }

        /** Says whether the bucket is asked to encrypt all objects by itself (SSE-S3). */
        public boolean bucketEncryption() {
            return bucketEncryption;
        }

        /** Says whether the engine writes with a key that may not delete, where the store gives one. */
        public boolean deleteProtection() {
            return deleteProtection;
        }

        @Override
        public String dataPath() {
            return "s3://" + bucket + "/" + (prefix.isEmpty() ? "" : prefix + "/");
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof S3 that
                    && endpointUri().equals(that.endpointUri())
                    && dataPath().equals(that.dataPath())
                    && region.equals(that.region)
                    && accessKey.equals(that.accessKey)
                    && secretKey.equals(that.secretKey)
                    && createBucket == that.createBucket
                    && bucketEncryption == that.bucketEncryption
                    && deleteProtection == that.deleteProtection;
        }

        @Override
        public int hashCode() {
            return Objects.hash(endpointUri(), dataPath(), accessKey);
        }

        @Override
        public String toString() {
            return "S3[" + endpointUri() + ", " + dataPath() + ", region=" + region + ", accessKey=" + accessKey + "]";
        }

        /** Builds {@link S3}. Not thread-safe. */
        public static final class Builder {

            private final String endpoint;
            private final String bucket;
            private @Nullable Boolean secure;
            private String prefix = "";
            private String region = "us-east-1";
            private String accessKey = "";
            private Secret secretKey = Secret.of("");
            private boolean createBucket = true;
            private boolean bucketEncryption;
            private boolean deleteProtection = true;

            private Builder(String endpoint, String bucket) {
                this.endpoint = endpoint.strip();
                this.bucket = bucket;
            }

            /**
             * Sets whether TLS is used. Default: what the endpoint's scheme says; without a scheme, no TLS to a
             * loopback host and TLS to any other.
             */
            public Builder secure(boolean value) {
                this.secure = value;
                return this;
            }

            /** Sets the prefix of all objects; slashes at its ends do not matter. Default: empty. */
            public Builder prefix(String value) {
                this.prefix = value.replaceAll("^/+|/+$", "");
                return this;
            }

            /** Sets the region that requests are signed for. Default: {@code us-east-1}. */
            public Builder region(String value) {
                this.region = value;
                return this;
            }

            /** Sets the access key id and the secret key. Both are needed. */
            public Builder credentials(String accessKeyId, Secret secret) {
                this.accessKey = accessKeyId;
                this.secretKey = Objects.requireNonNull(secret, "secret");
                return this;
            }

            /** Sets whether a missing bucket is created. Default: true. */
            public Builder createBucket(boolean value) {
                this.createBucket = value;
                return this;
            }

            /**
             * Sets whether the bucket is asked to encrypt all objects by itself (SSE-S3), on top of DuckLake's own
             * encryption. A store that cannot gets a warning. Default: false.
             */
            public Builder bucketEncryption(boolean value) {
                this.bucketEncryption = value;
                return this;
            }

            /**
             * Sets whether the engine works with a key that may not delete objects: a temporary one that the store's
             * token service (STS, AssumeRole) is asked for. DuckLake deletes files that the catalog points to when the
             * answer to a COMMIT is lost; with such a key it cannot, and files that nobody needs stay until maintenance
             * removes them. A store that gives no such key gets a warning: give it a key without
             * {@code s3:DeleteObject} then. Off, statements of yours that delete files work. Default: true.
             */
            public Builder deleteProtection(boolean value) {
                this.deleteProtection = value;
                return this;
            }

            /**
             * Builds the description.
             *
             * @throws ConfigurationException with all problems: an endpoint that is no host and port, a scheme that
             *     contradicts {@link #secure}, a bucket's name that S3 does not allow, missing credentials
             */
            public S3 build() {
                Problems problems = new Problems();
                Optional<Endpoint> parsed = Endpoint.parse(endpoint);
                problems.require(
                        parsed.isPresent(),
                        "the storage endpoint must be host:port or a http(s):// URL without a path, user or query");
                Boolean fromScheme = parsed.map(Endpoint::secure).orElse(null);
                problems.require(
                        fromScheme == null || secure == null || fromScheme.equals(secure),
                        "the storage endpoint's scheme and the setting 'secure' contradict each other: leave one out");
                problems.require(
                        bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]") && !bucket.contains(".."),
                        "the bucket's name must be 3 to 63 lower-case letters, digits, dots and hyphens, was '" + bucket
                                + "'");
                problems.require(
                        prefix.matches("[^?*\\[\\]{}\\p{Cntrl}]*") && !("/" + prefix + "/").contains("/../"),
                        "the storage prefix must not hold any of ? * [ ] { }, control characters or '..'");
                problems.require(!accessKey.isEmpty(), "the storage access key is missing");
                problems.require(!secretKey.reveal().isEmpty(), "the storage secret key is missing");
                problems.require(!region.isEmpty(), "the storage region must not be empty");
                problems.throwIfAny();
                Endpoint at = parsed.orElseThrow();
                boolean tls = secure != null ? secure : fromScheme != null ? fromScheme : !at.isLoopback();
                return new S3(this, at.hostAndPort(), tls);
            }
        }

        private record Endpoint(
                String hostAndPort, String host, @Nullable Boolean secure) {

            private static final Pattern FORM = Pattern.compile(
                    "(?:(https?)://)?((\\[[0-9a-f:.]+]|[a-z0-9._-]+)(?::([0-9]{1,5}))?)/?", Pattern.CASE_INSENSITIVE);

            static Optional<Endpoint> parse(String text) {
                Matcher parts = FORM.matcher(text);
                if (!parts.matches()) {
                    return Optional.empty();
                }
                String port = parts.group(4);
                if (port != null && (Integer.parseInt(port) < 1 || Integer.parseInt(port) > 65535)) {
                    return Optional.empty();
                }
                String scheme = parts.group(1);
                Boolean secure = scheme == null ? null : (Boolean) scheme.equalsIgnoreCase("https");
                return Optional.of(new Endpoint(parts.group(2), parts.group(3), secure));
            }

            boolean isLoopback() {
                return host.equalsIgnoreCase("localhost")
                        || host.equals("[::1]")
                        || host.matches("127(\\.[0-9]{1,3}){3}");
            }
        }
    }
}
