package io.tributary.local.container;

import io.tributary.local.service.PostgresServer.Login;
import io.tributary.local.shop.Load;

/** Customers at work on the shop until the process is told to stop; it ends with an error where they cannot go on. */
final class ShopLoad {

    private ShopLoad() {}

    public static void main(String[] arguments) throws Exception {
        Load load = Load.ofShop(
                shop(), Integer.parseInt(Environment.text("LOAD_RATE")), Long.parseLong(Environment.text("LOAD_SEED")));
        Runtime.getRuntime().addShutdownHook(new Thread(load::close, "stop"));
        load.await();
    }

    private static Login shop() {
        String host = Environment.text("SHOP_HOST");
        int port = Integer.parseInt(Environment.text("SHOP_PORT"));
        String database = Environment.text("SHOP_DATABASE");
        return new Login(
                "jdbc:postgresql://" + host + ":" + port + "/" + database,
                port,
                database,
                Environment.text("SHOP_USERNAME"),
                Environment.text("SHOP_PASSWORD"));
    }
}
