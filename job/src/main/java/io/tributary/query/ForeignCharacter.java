package io.tributary.query;

/** What is said of a character that no SQL has outside of quotes. */
final class ForeignCharacter {

    private ForeignCharacter() {}

    static String sentence(int character) {
        boolean isInvisible = Character.isSpaceChar(character)
                || Character.getType(character) == Character.FORMAT
                || Character.isISOControl(character);
        if (isInvisible) {
            return String.format("the invisible character U+%04X stands here; delete it", character);
        }
        int type = Character.getType(character);
        if (type == Character.INITIAL_QUOTE_PUNCTUATION || type == Character.FINAL_QUOTE_PUNCTUATION) {
            return "a typographic quotation mark stands here; names are quoted with `backticks`, strings with"
                    + " 'apostrophes'";
        }
        String sign = new String(Character.toChars(character));
        if (sign.equals("~")) {
            return "there is no operator ~; use REGEXP(text, pattern)";
        }
        return sign + " has no meaning in SQL"
                + (Character.isLetter(character) ? "; names with it stand in `backticks`" : "");
    }
}
