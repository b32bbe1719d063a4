"""Routes of the flags in the console."""

from django.urls import path

from storefront.console.flags import (
    approving,
    documents,
    edit,
    history,
    listing,
    preview,
    segments,
    show,
    why,
)

urlpatterns = [
    path("", listing.flags, name="flags"),
    path("audit/", history.audit, name="flags_audit"),
    path("audit/<int:revision>/undo/", history.undo, name="flags_undo"),
    path("proposals/", approving.proposals, name="flags_proposals"),
    path("why/", why.why, name="flags_why"),
    path("preview/", preview.preview, name="flags_preview"),
    path("export/", documents.export, name="flags_export"),
    path("import/", documents.bring, name="flags_import"),
    path("segments/", segments.segments, name="flags_segments"),
    path("segments/new/", segments.segment, name="flags_segment_new"),
    path("segments/s/<slug:key>/", segments.segment, name="flags_segment"),
    path("f/<slug:key>/", show.flag, name="flag"),
    path("f/<slug:key>/edit/", edit.edit, name="flag_edit"),
]
