package io.tributary.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;

/** As much of S3 as stores ask for: objects are put, got, deleted, and listed by folder, two at a time. */
public final class ObjectServer implements AutoCloseable {

    private static final int PAGE = 2;
    private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");

    private final NavigableMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
    private final HttpServer server;

    public ObjectServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(1);
        byte[] body = exchange.getRequestBody().readAllBytes();
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        if (exchange.getRequestMethod().equals("PUT")) {
            objects.put(path, isChunked(exchange) ? unchunked(body) : body);
            answer(exchange, 200, new byte[0]);
        } else if (query.containsKey("delete")) {
            KEY.matcher(new String(body, UTF_8))
                    .results()
                    .forEach(key -> objects.remove(path.replaceAll("/$", "") + "/" + key.group(1)));
            answer(exchange, 200, "<DeleteResult></DeleteResult>".getBytes(UTF_8));
        } else if (query.containsKey("list-type")) {
            answer(exchange, 200, list(path.replaceAll("/$", ""), query).getBytes(UTF_8));
        } else if (objects.containsKey(path)) {
            answer(exchange, 200, objects.get(path));
        } else {
            answer(
                    exchange,
                    404,
                    "<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"
                            .getBytes(UTF_8));
        }
    }

    private static boolean isChunked(HttpExchange exchange) {
        return exchange.getRequestHeaders().containsKey("x-amz-decoded-content-length");
    }

    /** Each chunk is its length in hexadecimal digits, what is signed, and its bytes; the last one is empty. */
    private static byte[] unchunked(byte[] body) {
        ByteArrayInputStream in = new ByteArrayInputStream(body);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (true) {
            StringBuilder head = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                head.append((char) c);
            }
            int length = Integer.parseInt(head.toString().strip().split(";")[0], 16);
            if (length == 0) {
                return out.toByteArray();
            }
            byte[] chunk = new byte[length];
            in.readNBytes(chunk, 0, length);
            out.writeBytes(chunk);
            in.skip(2);
        }
    }

    private String list(String bucket, Map<String, String> query) {
        String prefix = bucket + "/" + query.getOrDefault("prefix", "");
        TreeSet<String> entries = new TreeSet<>();
        for (String key : objects.tailMap(prefix).keySet()) {
            int slash = key.indexOf('/', prefix.length());
            if (key.startsWith(prefix)) {
                entries.add(key.substring(bucket.length() + 1, slash > 0 ? slash + 1 : key.length()));
            }
        }
        StringBuilder xml = new StringBuilder("<ListBucketResult>");
        String last = query.getOrDefault("continuation-token", "");
        int count = 0;
        for (String entry : entries.tailSet(last, false)) {
            if (count++ == PAGE) {
                break;
            }
            last = entry;
            xml.append(
                    entry.endsWith("/")
                            ? "<CommonPrefixes><Prefix>" + entry + "</Prefix></CommonPrefixes>"
                            : "<Contents><Key>" + entry + "</Key></Contents>");
        }
        boolean isTruncated = !entries.tailSet(last, false).isEmpty() && count > PAGE;
        xml.append("<IsTruncated>").append(isTruncated).append("</IsTruncated>");
        if (isTruncated) {
            xml.append("<NextContinuationToken>").append(last).append("</NextContinuationToken>");
        }
        return xml.append("</ListBucketResult>").toString();
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            String[] parts = pair.split("=", 2);
            query.put(parts[0], parts.length == 1 ? "" : URLDecoder.decode(parts[1], UTF_8));
        }
        return query;
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/xml");
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        if (body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
