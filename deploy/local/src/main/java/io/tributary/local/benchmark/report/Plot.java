package io.tributary.local.benchmark.report;

import io.tributary.local.benchmark.measure.Quantity;
import io.tributary.local.benchmark.measure.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A picture of the results: a group of bars for each scenario, of its first quantity, with lines from least to most. */
final class Plot {

    private static final int WIDTH = 860;
    private static final int LEFT = 180;
    private static final int RIGHT = 170;
    private static final int BAR = 16;
    private static final int STEP = 22;
    private static final int HEADING = 34;

    private record Bar(String contender, Spread spread) {}

    private final Summary summary;
    private final StringBuilder shapes = new StringBuilder();
    private int y;

    Plot(Summary summary) {
        this.summary = summary;
    }

    String svg() {
        for (String scenario : summary.scenarios()) {
            for (Quantity quantity : summary.quantities(scenario)) {
                group(scenario, quantity);
                break;
            }
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + WIDTH + "\" height=\"" + (y + STEP)
                + "\" font-family=\"sans-serif\" font-size=\"12\">\n"
                + "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n" + shapes + "</svg>\n";
    }

    private void group(String scenario, Quantity quantity) {
        List<Bar> bars = new ArrayList<>();
        double most = 0;
        for (String contender : summary.contenders(scenario)) {
            Spread spread = summary.spread(scenario, contender, quantity);
            if (spread != null) {
                bars.add(new Bar(contender, spread));
                most = Math.max(most, spread.most());
            }
        }
        y += HEADING;
        text(
                10,
                y - 10,
                "start",
                "<tspan font-weight=\"bold\">" + escape(scenario) + "</tspan>, " + escape(quantity.label()));
        for (Bar bar : bars) {
            draw(bar, (WIDTH - LEFT - RIGHT) / Math.max(most, 1e-9));
            y += STEP;
        }
    }

    private void draw(Bar bar, double scale) {
        int middle = y + BAR / 2;
        text(LEFT - 8, middle + 4, "end", escape(bar.contender));
        boolean ours = bar.contender.startsWith("tributary") || bar.contender.startsWith("reader");
        shape(
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LEFT, y, bar.spread.median() * scale, BAR, ours ? "#2a7ab8" : "#b0b8c0");
        shape(
                "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"#333\"/>",
                LEFT + bar.spread.least() * scale, middle, LEFT + bar.spread.most() * scale, middle);
        text((int) (LEFT + bar.spread.most() * scale) + 6, middle + 4, "start", Figures.of(bar.spread));
    }

    private void text(int x, int baseline, String anchor, String content) {
        shape("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>", x, baseline, anchor, content);
    }

    private void shape(String pattern, Object... values) {
        shapes.append(String.format(Locale.ROOT, pattern, values)).append('\n');
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
