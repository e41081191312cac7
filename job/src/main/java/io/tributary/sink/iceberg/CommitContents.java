package io.tributary.sink.iceberg;

import java.util.List;
import java.util.Map;

/** What one commit of a table is to be made of. */
final class CommitContents {

    private final List<TableFiles> files;
    private final List<TableFiles> outdated;
    private final boolean replaces;
    private final Map<String, String> summary;

    /**
     * @param outdated what a replacement leaves out, since it was written before
     * @param replaces whether nothing is left of what the table has
     * @param summary of each snapshot
     */
    CommitContents(List<TableFiles> files, List<TableFiles> outdated, boolean replaces, Map<String, String> summary) {
        this.files = files;
        this.outdated = outdated;
        this.replaces = replaces;
        this.summary = summary;
    }

    /** The same, with these files in place of those that are to be committed. */
    CommitContents with(List<TableFiles> newFiles) {
        return new CommitContents(newFiles, outdated, replaces, summary);
    }

    List<TableFiles> files() {
        return files;
    }

    List<TableFiles> outdated() {
        return outdated;
    }

    boolean replaces() {
        return replaces;
    }

    Map<String, String> summary() {
        return summary;
    }
}
