package io.tributary.local.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.tributary.local.verify.Ends;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WarehouseFeedTest {

    private static final Path HOME = Path.of(System.getProperty("tributary.home"));

    @Test
    void whatIsInTheStreamIsMerged(@TempDir Path folder) throws Exception {
        try (Guard guard = Guard.start();
                PostgresServer server = PostgresServer.start(guard, folder.resolve("warehouse"));
                KinesisServer kinesis = KinesisServer.start(guard, HOME.resolve("deploy/local/kinesis"), folder)) {
            kinesis.createStream("changes", 2);
            PostgresServer.Login login = server.create("w", "analyst", "sesame", PostgresServer.Passwords.MD5);
            Path settings = settings(folder, login);
            try (WarehouseFeed feed = WarehouseFeed.start(settings, kinesis, "changes")) {
                put(
                        kinesis,
                        "'_table':'people','_op':'s','_schema':1,'_version':'%s','_ts_ms':1,'_key':['id'],'_columns':"
                                + "[{'name':'id','type':'BIGINT NOT NULL'},{'name':'name','type':'VARCHAR(2147483647)'}]",
                        0);
                put(
                        kinesis,
                        "'_table':'people','_op':'c','_schema':1,'_version':'%s','_ts_ms':1,'id':1,'name':'Ann'",
                        2);
                put(
                        kinesis,
                        "'_table':'people','_op':'u','_schema':1,'_version':'%s','_ts_ms':1,'id':1,'name':'Bea'",
                        1);
                put(
                        kinesis,
                        "'_table':'people','_op':'c','_schema':1,'_version':'%s','_ts_ms':1,'id':2,'name':'Dan'",
                        1);
                put(kinesis, "'_table':'people','_op':'d','_schema':1,'_version':'%s','_ts_ms':1,'id':2", 3);
                feed.drain(Duration.ofSeconds(30));
            }
            try (Connection warehouse = Ends.of(settings, null).warehouse();
                    Statement statement = warehouse.createStatement();
                    ResultSet result = statement.executeQuery("SELECT id || ' ' || name FROM people")) {
                List<String> rows = new ArrayList<>();
                while (result.next()) {
                    rows.add(result.getString(1));
                }
                assertThat(rows).containsExactly("1 Ann");
            }
        }
    }

    private static void put(KinesisServer kinesis, String members, int version) throws Exception {
        String json = "{" + members.replace('\'', '"').formatted("%032x".formatted(version)) + "}";
        String data = Base64.getEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
        kinesis.request(
                "PutRecord",
                "{\"StreamName\":\"changes\",\"PartitionKey\":\"" + version + "\",\"Data\":\"" + data + "\"}");
    }

    private static Path settings(Path folder, PostgresServer.Login login) throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), login.password());
        return Files.writeString(
                folder.resolve("settings.yaml"), """
                redshift:
                  url: "%s"
                  username: analyst
                  password: "file:%s"
                  dialect: postgres
                  merge-interval: 1 s
                  merge-interval-idle: 1 s
                sql:
                  pass-through: people
                """.formatted(login.url().replace("postgresql", "redshift"), secret));
    }
}
