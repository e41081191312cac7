package io.tributary.command;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What this is a version of, as the build wrote it down. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
            if (in == null) {
                throw new IOException("There is no version.properties beside " + Version.class);
            }
            properties.load(in);
        }
        return new String[] {
            "Tributary " + properties.getProperty("tributary") + ", Flink " + properties.getProperty("flink")
                    + ", Iceberg " + properties.getProperty("iceberg") + ", Java " + Runtime.version()
        };
    }
}
