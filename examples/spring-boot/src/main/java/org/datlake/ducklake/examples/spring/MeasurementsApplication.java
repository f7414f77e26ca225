package org.datlake.ducklake.examples.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Takes measurements over HTTP, keeps them in a lake, and gives them out as they are now or were at a snapshot. */
@SpringBootApplication
public class MeasurementsApplication {

    /** Starts the application; arguments such as {@code --server.port=8081} are Spring's. */
    public static void main(String[] arguments) {
        SpringApplication.run(MeasurementsApplication.class, arguments);
    }
}
