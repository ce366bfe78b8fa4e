#include "runtime/svg_layout.hpp"

#include <algorithm>
#include <map>

#include "config/characters.hpp"
#include "runtime/svg_grid.hpp"

namespace tsflow {
namespace {

constexpr double margin = 24;
constexpr double title_height = 34;
constexpr double legend_height = 34;
constexpr double frame_padding = 14;
constexpr double frame_title = 16;
constexpr double row_gap = 2 * frame_padding + frame_title + 16;
constexpr double column_gap = 2 * frame_padding + 36;
constexpr double least_box_width = 110;
constexpr double least_box_height = 46;
constexpr double line_height = 16;
constexpr double edge_pitch = 20;
constexpr double id_character = 7.8;  // widths of a character: of the id, the type, a label
constexpr double type_character = 6.4;
constexpr double label_character = 6.2;
constexpr double gutter_pitch = 5;  // between long edges that share the space between two rows

double characters(std::string_view text) {
    return static_cast<double>(count_characters(text));
}

/// The start of each column or row of the given sizes, and one past the last, with gaps between.
std::vector<double> starts(const std::vector<double>& sizes, const std::vector<double>& gaps,
                           double start) {
    std::vector<double> result{start};
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        result.push_back(result.back() + sizes[i] + gaps[i]);
    }
    return result;
}

class Drawing {
public:
    Drawing(const Plan& plan, const DrawnFigures& figures)
        : plan_(plan), figures_(figures), grid_(plan), edges_(edges_of(plan, figures)) {
        for (std::size_t node = 0; node < plan.nodes.size(); ++node) {
            columns_ = std::max(columns_, grid_[node].column + 1);
            rows_ = std::max(rows_, grid_[node].row + 1);
        }
        count_edges();
        measure();
    }

    Layout result() {
        Layout layout;
        layout.width = right_ + margin + frame_padding;
        layout.height = bottom_ + frame_padding + legend_height + margin;
        for (std::size_t node = 0; node < plan_.nodes.size(); ++node) {
            layout.boxes.push_back(box(node));
        }
        for (const PlannedStage& stage : plan_.stages) {
            layout.frames.push_back(frame(stage, layout.boxes));
        }
        place_ends(layout.boxes);
        for (std::size_t edge = 0; edge < edges_.size(); ++edge) {
            layout.routes.push_back({edges_[edge], route(edge, layout.boxes)});
        }
        return layout;
    }

private:
    void count_edges() {
        leaving_.resize(plan_.nodes.size());
        arriving_.resize(plan_.nodes.size());
        for (std::size_t edge = 0; edge < edges_.size(); ++edge) {
            leaving_[edges_[edge].from].push_back(edge);
            arriving_[edges_[edge].to.node].push_back(edge);
        }
    }

    double box_width(std::size_t node) const {
        const NodeSpec& spec = plan_.nodes[node].spec;
        double width = std::max(least_box_width, id_character * characters(spec.id) + 24);
        for (const std::string& line : lines_of(plan_, node, figures_)) {
            width = std::max(width, type_character * characters(line) + 24);
        }
        return width;
    }
    double box_height(std::size_t node) const {
        const std::size_t edges = std::max(leaving_[node].size(), arriving_[node].size());
        const double text = figures_.nodes.empty() ? 0 : line_height;
        return std::max(least_box_height + text, edge_pitch * static_cast<double>(edges + 1));
    }

    void measure() {
        widths_.assign(columns_, 0);
        heights_.assign(rows_, 0);
        for (std::size_t node = 0; node < plan_.nodes.size(); ++node) {
            const auto [column, row] = grid_[node];
            widths_[column] = std::max(widths_[column], box_width(node));
            heights_[row] = std::max(heights_[row], box_height(node));
        }
        std::vector<double> gaps(columns_, column_gap);
        for (const PlannedEdge& edge : edges_) {
            double& gap = gaps[grid_[edge.to.node].column - 1];
            gap = std::max(gap, column_gap + label_character * characters(edge.label));
        }
        lefts_ = starts(widths_, gaps, margin + frame_padding);
        tops_ = starts(heights_, std::vector<double>(rows_, row_gap),
                       margin + title_height + frame_padding + frame_title);
        right_ = columns_ == 0 ? margin : lefts_[columns_ - 1] + widths_.back();
        bottom_ = rows_ == 0 ? tops_.back() : tops_[rows_ - 1] + heights_.back();
    }

    Rectangle box(std::size_t node) const {
        const auto [column, row] = grid_[node];
        const double width = box_width(node);
        const double height = box_height(node);
        return {lefts_[column] + (widths_[column] - width) / 2,
                tops_[row] + (heights_[row] - height) / 2, width, height};
    }

    static Rectangle frame(const PlannedStage& stage, const std::vector<Rectangle>& boxes) {
        const Rectangle& head = boxes[stage.head];
        double left = head.x;
        double top = head.y;
        double right = head.x + head.width;
        double bottom = head.y + head.height;
        for (const std::size_t node : stage.nodes) {
            left = std::min(left, boxes[node].x);
            top = std::min(top, boxes[node].y);
            right = std::max(right, boxes[node].x + boxes[node].width);
            bottom = std::max(bottom, boxes[node].y + boxes[node].height);
        }
        return {left - frame_padding, top - frame_padding - frame_title,
                right - left + 2 * frame_padding, bottom - top + 2 * frame_padding + frame_title};
    }

    /// How an edge comes from its first column to its last without crossing boxes.
    enum class Way {
        next,       ///< the columns are neighbours
        end_row,    ///< first to the row of its end, then straight on
        start_row,  ///< straight on, then to the row of its end
        gutter,     ///< between two rows, below the row of its end
    };
    Way way_of(const PlannedEdge& edge) const {
        const auto [first, start_row] = grid_[edge.from];
        const auto [last, end_row] = grid_[edge.to.node];
        return last == first + 1                        ? Way::next
               : grid_.is_clear(first, last, end_row)   ? Way::end_row
               : grid_.is_clear(first, last, start_row) ? Way::start_row
                                                        : Way::gutter;
    }
    double row_centre(std::size_t row) const { return tops_[row] + heights_[row] / 2; }
    double row_bottom(std::size_t row) const { return tops_[row] + heights_[row]; }

    /// Where, roughly, an edge goes to when it leaves, and comes from when it arrives.
    double leaves_towards(const PlannedEdge& edge) const {
        const Way way = way_of(edge);
        const std::size_t end_row = grid_[edge.to.node].row;
        return way == Way::start_row ? row_centre(grid_[edge.from].row)
               : way == Way::gutter  ? row_bottom(end_row)
                                     : row_centre(end_row);
    }
    double arrives_from(const PlannedEdge& edge) const {
        const Way way = way_of(edge);
        const std::size_t end_row = grid_[edge.to.node].row;
        return way == Way::end_row  ? row_centre(end_row)
               : way == Way::gutter ? row_bottom(end_row)
                                    : row_centre(grid_[edge.from].row);
    }

    /// Gives the edges at each side of a box places of their own, so that they cross little.
    void place_ends(const std::vector<Rectangle>& boxes) {
        starts_.resize(edges_.size());
        ends_.resize(edges_.size());
        for (std::size_t node = 0; node < boxes.size(); ++node) {
            const Rectangle& box = boxes[node];
            const auto spread = [&](std::vector<std::size_t>& side, auto towards,
                                    std::vector<double>& places) {
                std::stable_sort(side.begin(), side.end(), [&](std::size_t a, std::size_t b) {
                    return towards(edges_[a]) < towards(edges_[b]);
                });
                for (std::size_t i = 0; i < side.size(); ++i) {
                    places[side[i]] = box.y + box.height * static_cast<double>(i + 1) /
                                                  static_cast<double>(side.size() + 1);
                }
            };
            spread(
                leaving_[node], [this](const auto& e) { return leaves_towards(e); }, starts_);
            spread(
                arriving_[node], [this](const auto& e) { return arrives_from(e); }, ends_);
        }
    }

    std::vector<Point> route(std::size_t index, const std::vector<Rectangle>& boxes) {
        const PlannedEdge& edge = edges_[index];
        const Rectangle& from = boxes[edge.from];
        const Point start{from.x + from.width, starts_[index]};
        const Point end{boxes[edge.to.node].x, ends_[index]};
        // Where the gap behind the first column ends and the one before the last begins.
        const double after_first = lefts_[grid_[edge.from].column + 1];
        const std::size_t before = grid_[edge.to.node].column - 1;
        const double before_last = lefts_[before] + widths_[before];
        const std::size_t end_row = grid_[edge.to.node].row;
        switch (way_of(edge)) {
            case Way::next:
                return {start, end};
            case Way::end_row:
                return {start, {after_first, end.y}, end};
            case Way::start_row:
                return {start, start, {before_last, start.y}, end};
            default:
                break;
        }
        const double gutter = row_bottom(end_row) + frame_padding +
                              gutter_pitch * static_cast<double>(1 + in_gutter_[end_row]++ % 3);
        return {start, {after_first, gutter}, {before_last, gutter}, end};
    }

    const Plan& plan_;
    const DrawnFigures& figures_;
    Grid grid_;
    std::vector<PlannedEdge> edges_;
    std::size_t columns_ = 0;
    std::size_t rows_ = 0;
    std::vector<std::vector<std::size_t>> leaving_, arriving_;  // edges by node
    std::vector<double> starts_, ends_;                         // y by edge
    std::vector<double> widths_, heights_;
    std::vector<double> lefts_, tops_;
    double right_ = 0;
    double bottom_ = 0;
    std::map<std::size_t, std::size_t> in_gutter_;
};

}  // namespace

Layout lay_out(const Plan& plan, const DrawnFigures& figures) {
    return Drawing(plan, figures).result();
}

}  // namespace tsflow
