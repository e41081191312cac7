package io.tributary.udfs;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.functions.ScalarFunction;
import org.jspecify.annotations.Nullable;

/**
 * {@code currency_code(text)}: the currency's code of three letters (ISO 4217): {@code EUR} for {@code eur}, {@code €} and {@code Euro}.
 *
 * <p>Codes count that are in use in a country, and those that were replaced since 2015. Signs count that stand for one currency; {@code $},
 * {@code £}, {@code ¥} and {@code kr} stand for several. NULL for NULL and for anything else. Idempotent.
 */
public final class CurrencyCode extends ScalarFunction {

    private static final long serialVersionUID = 1L;

    private static final Set<String> CODES =
            new HashSet<>(Arrays.asList(("AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT"
                            + " BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD"
                            + " EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD"
                            + " JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR"
                            + " MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR"
                            + " SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS"
                            + " VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG"
                            // Replaced since 2015.
                            + " ANG BYR CUC HRK MRO SLL STD VEF ZWL")
                    .split(" ")));

    private static final Map<String, String> OTHERS = Map.ofEntries(
            Map.entry("€", "EUR"),
            Map.entry("EURO", "EUR"),
            Map.entry("EUROS", "EUR"),
            Map.entry("US$", "USD"),
            Map.entry("A$", "AUD"),
            Map.entry("AU$", "AUD"),
            Map.entry("C$", "CAD"),
            Map.entry("CA$", "CAD"),
            Map.entry("HK$", "HKD"),
            Map.entry("NZ$", "NZD"),
            Map.entry("R$", "BRL"),
            Map.entry("S$", "SGD"),
            Map.entry("NT$", "TWD"),
            Map.entry("₹", "INR"),
            Map.entry("₩", "KRW"),
            Map.entry("₽", "RUB"),
            Map.entry("₺", "TRY"),
            Map.entry("₪", "ILS"),
            Map.entry("₫", "VND"),
            Map.entry("₴", "UAH"),
            Map.entry("₱", "PHP"),
            Map.entry("₦", "NGN"),
            Map.entry("₸", "KZT"),
            Map.entry("฿", "THB"),
            Map.entry("ZŁ", "PLN"),
            Map.entry("KČ", "CZK"),
            Map.entry("SFR", "CHF"),
            Map.entry("SFR.", "CHF"));

    public @Nullable String eval(@Nullable String text) {
        if (text == null) {
            return null;
        }
        String upper = text.strip().toUpperCase(Locale.ROOT);
        return CODES.contains(upper) ? upper : OTHERS.get(upper);
    }
}
