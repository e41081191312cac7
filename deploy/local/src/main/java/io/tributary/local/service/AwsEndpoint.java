package io.tributary.local.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** An emulator of one of Amazon's services, asked by its JSON protocol. It wants a signature, and does not check it. */
public final class AwsEndpoint {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI address;
    private final String service;
    private final String contentType;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private AwsEndpoint(URI address, String service, String contentType) {
        this.address = address;
        this.service = service;
        this.contentType = contentType;
    }

    public static AwsEndpoint kinesis(URI address) {
        return new AwsEndpoint(address, "Kinesis_20131202", "application/x-amz-json-1.1");
    }

    public static AwsEndpoint dynamo(URI address) {
        return new AwsEndpoint(address, "DynamoDB_20120810", "application/x-amz-json-1.0");
    }

    public static AwsEndpoint dynamoStreams(URI address) {
        return new AwsEndpoint(address, "DynamoDBStreams_20120810", "application/x-amz-json-1.0");
    }

    public URI address() {
        return address;
    }

    public JsonNode ask(String action, JsonNode body) throws IOException, InterruptedException {
        return JSON.readTree(request(action, JSON.writeValueAsString(body)));
    }

    public String request(String action, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Content-Type", contentType)
                .header("X-Amz-Target", service + "." + action)
                .header("X-Amz-Date", "20250101T000000Z")
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=local/20250101/us-east-1/local/aws4_request, "
                                + "SignedHeaders=host, Signature=0")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(service + " refuses " + action + ": " + response.body());
        }
        return response.body();
    }
}
