package io.tributary.local.container;

import io.tributary.local.service.dynamodb.Dynamo;
import io.tributary.local.shop.CartWork;
import io.tributary.local.shop.Carts;
import io.tributary.local.shop.Work;

/**
 * Work on the carts that rests when it is wished for. DynamoDB deletes what has expired some time later, also while nobody works:
 * before a rest it is deleted here.
 */
final class RestingCarts implements Work {

    private final CartWork work;
    private final Dynamo dynamo;
    private final Rest rest;

    RestingCarts(CartWork work, Dynamo dynamo, Rest rest) {
        this.work = work;
        this.dynamo = dynamo;
        this.rest = rest;
    }

    @Override
    public int next() throws Exception {
        if (rest.isWished()) {
            Carts.deleteExpired(dynamo);
            rest.take();
        }
        return work.next();
    }

    @Override
    public void close() {
        work.close();
    }
}
