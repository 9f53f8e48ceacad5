# Sets, clears or checks a file that tells others, monitoring for example, that this endpoint is under maintenance.
# Facts: maintenance (true or false), maintenanceSince.
# Exit codes: 0 done, or set when asked; 2 a parameter is wrong; 3 not set when asked; 4 the file is something else
# than a marker.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

function Publish-Fact([string] $Name, [string] $Value) {
    if ([string]::IsNullOrEmpty($env:PATCHBAY_FACTS)) { return }
    # This method writes UTF-8 without a byte order mark.
    [System.IO.File]::AppendAllText($env:PATCHBAY_FACTS, $Name + '=' + ($Value -replace '[\r\n]+', ' ') + "`n")
}

function Stop-Script([int] $Code, [string] $Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

$action = [string] $env:PATCHBAY_ACTION
$file = [string] $env:PATCHBAY_FILE
if ($file -eq '') { $file = Join-Path $env:ProgramData 'Patchbay\maintenance.txt' }
$text = [string] $env:PATCHBAY_TEXT
if (@('set', 'clear', 'check') -notcontains $action) {
    Stop-Script 2 "PATCHBAY_ACTION must be set, clear or check, not '$action'"
}
if (-not [System.IO.Path]::IsPathRooted($file)) { Stop-Script 2 'PATCHBAY_FILE must be an absolute path' }

$title = 'Under maintenance by Patchbay'
$since = $null
$isSet = Test-Path -LiteralPath $file
if ($isSet) {
    $lines = @(Get-Content -LiteralPath $file)
    if ($lines.Count -lt 2 -or $lines[0] -ne $title) {
        Stop-Script 4 "$file is not a marker of this script: it is left alone"
    }
    $since = $lines[1] -replace '^since ', ''
}
switch ($action) {
    'set' {
        if ($null -eq $since) { $since = [DateTime]::UtcNow.ToString('s') + 'Z' }
        [void] (New-Item -ItemType Directory -Force -Path (Split-Path -Parent $file))
        [System.IO.File]::WriteAllText($file, "$title`r`nsince $since`r`n$text`r`n")
        Write-Output "$file is set, since $since."
        Publish-Fact 'maintenance' 'true'
        Publish-Fact 'maintenanceSince' $since
    }
    'clear' {
        if ($isSet) { Remove-Item -LiteralPath $file }
        Write-Output "$file is cleared."
        Publish-Fact 'maintenance' 'false'
    }
    'check' {
        if (-not $isSet) {
            Publish-Fact 'maintenance' 'false'
            Stop-Script 3 "$file is not set"
        }
        Write-Output $lines
        Publish-Fact 'maintenance' 'true'
        Publish-Fact 'maintenanceSince' $since
    }
}
exit 0
