package io.tributary.local.dynamodb;

import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.eclipse.jetty.server.Server;

/**
 * DynamoDB Local behind 127.0.0.1. Its own command listens on every interface and has no option for that, and it reports to its
 * makers unless told not to; this one never does.
 *
 * <p>Tables are in memory, and the same for every region and every access key.
 */
final class LoopbackServer {

    private LoopbackServer() {}

    /** The one argument is the port. */
    public static void main(String[] arguments) throws Exception {
        Server server =
                new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[0])));
        server.setHandler(handler());
        server.start();
        server.join();
    }

    private static LocalDynamoDBServerHandler handler() {
        boolean inMemory = true;
        boolean shared = true;
        boolean delayed = false;
        String folder = null;
        String origins = null;
        return new LocalDynamoDBServerHandler(
                new LocalDynamoDBRequestHandler(0, inMemory, folder, shared, delayed), origins);
    }
}
