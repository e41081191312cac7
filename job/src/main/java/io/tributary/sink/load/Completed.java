package io.tributary.sink.load;

import io.tributary.load.LoadManifest;

/** The files that one subtask has written up to a checkpoint: what is to be loaded whole or not at all. */
final class Completed {

    private final String name;
    private final LoadManifest manifest;

    /** @param name of the manifest, which no other has */
    Completed(String name, LoadManifest manifest) {
        this.name = name;
        this.manifest = manifest;
    }

    String name() {
        return name;
    }

    LoadManifest manifest() {
        return manifest;
    }
}
