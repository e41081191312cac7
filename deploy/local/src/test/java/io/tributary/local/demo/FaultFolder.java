package io.tributary.local.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A folder that can be away, as storage is that is not mounted: nothing can be read or written below it, by root either. It is
 * reached by a link, so that it goes and comes back at one stroke.
 */
final class FaultFolder {

    private final Path link;
    private final Path folder;
    private final Path nothing;

    private FaultFolder(Path link) {
        this.link = link;
        this.folder = link.resolveSibling(link.getFileName() + "-folder");
        this.nothing = link.resolveSibling(link.getFileName() + "-away");
    }

    /** What is there already stays reachable. */
    static FaultFolder at(Path path) throws IOException {
        FaultFolder made = new FaultFolder(path);
        Files.createDirectories(path);
        Files.move(path, made.folder);
        Files.createFile(made.nothing);
        made.back();
        return made;
    }

    /** What is open stays open: all else finds a file where the folder was. */
    void away() throws IOException {
        lead(nothing);
    }

    void back() throws IOException {
        lead(folder);
    }

    private void lead(Path target) throws IOException {
        Path next = link.resolveSibling(link.getFileName() + "-next");
        Files.createSymbolicLink(next, target);
        Files.move(next, link, StandardCopyOption.ATOMIC_MOVE);
    }
}
