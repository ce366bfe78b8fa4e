#include "journal/segment_writer.hpp"

#include "journal/undo.hpp"

namespace tsflow {

SegmentWriter::SegmentWriter(FileSystem& files, const std::filesystem::path& path,
                             std::uint32_t mark, const journal_format::SegmentHeader& header,
                             bool compress)
    : encoder_(mark, compress), file_(files.create(path)) {
    Undo unmake([&] { files.remove(path); });
    encoder_.begin(header);
    write_out();
    file_->sync();
    files.sync_folder(path.parent_path());
    unmake.dismiss();
}

void SegmentWriter::write_out() {
    const auto bytes = encoder_.bytes();
    if (bytes.empty()) {
        return;
    }
    Undo cut([this] { file_->truncate(written_); });
    write_all(*file_, bytes, written_);
    cut.dismiss();
    written_ += bytes.size();
    encoder_.clear();
}

}  // namespace tsflow
